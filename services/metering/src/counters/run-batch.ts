import { Command, type Redis } from 'ioredis';
import type { Script } from './script.ts';

/** What a script is asked about many things at once, ready to be sent. */
export interface EncodedBatch {
  readonly nameCount: number;
  /** Names of everything that it touches, as bulk strings of Redis' protocol. */
  readonly names: string;
  /** Terms, states, groups and requests, packed; valid until the next batch is encoded. */
  readonly args: readonly Uint8Array[];
}

/**
 * Runs a script on a batch. The command is written by us into one buffer: the driver would look at
 * each of some thousand arguments. Answers in bytes.
 *
 * @throws Error what Redis says, or that it cannot be reached.
 */
export async function runBatch(
  redis: Redis,
  { sha1, source }: Script,
  { nameCount, names, args }: EncodedBatch,
): Promise<unknown> {
  const command = encodeCommand(sha1, nameCount, names, args);
  try {
    return await send(redis, command);
  } catch (error) {
    // Redis has forgotten it: restart, SCRIPT FLUSH.
    if (!Error.isError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
    await redis.script('LOAD', source);
    return send(redis, command);
  }
}

function send(redis: Redis, bytes: Buffer): Promise<unknown> {
  const command = new Command('evalsha', [], { replyEncoding: null });
  command.toWritable = () => bytes;
  redis.sendCommand(command);
  return command.promise;
}

function encodeCommand(
  sha1: string,
  nameCount: number,
  names: string,
  args: readonly Uint8Array[],
): Buffer {
  const count = String(nameCount);
  const head =
    `*${3 + nameCount + args.length}\r\n$7\r\nEVALSHA\r\n$${sha1.length}\r\n${sha1}\r\n` +
    `$${count.length}\r\n${count}\r\n${names}`;
  const heads = args.map(({ length }) => `$${length}\r\n`);
  const bytes = args.reduce((sum, arg, at) => sum + arg.length + 2 + (heads[at]?.length ?? 0), 0);
  const command = Buffer.allocUnsafe(Buffer.byteLength(head) + bytes);
  let end = command.write(head);
  args.forEach((arg, at) => {
    end += command.write(heads[at] ?? '', end, 'latin1');
    command.set(arg, end);
    end += arg.length;
    end += command.write('\r\n', end, 'latin1');
  });
  return command;
}
