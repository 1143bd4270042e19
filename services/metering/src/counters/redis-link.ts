import type { Socket } from 'node:net';
import { CommandWriter } from './command-writer.ts';
import { openSocket, type RedisEndpoint } from './redis-endpoint.ts';
import { createReplyParser, type OnReply } from './reply-parser.ts';
import { runNumber } from './strings.ts';

/**
 * One connection to Redis for prepared commands. It does less than a driver: no queue while it is
 * down, nothing is asked twice, replies are bytes. It comes back itself.
 */
export interface RedisLink extends AsyncDisposable {
  /**
   * Sends what `write` writes, one command, to a server of this run; `onReply` is told once, with an
   * error when the connection ends first.
   *
   * @throws Error while there is no connection; then nothing was sent.
   */
  send(write: WriteCommand, onReply: OnReply): void;
}

/**
 * Writes a command for the server behind the connection, whose run is told as a number. Undefined when
 * nobody wants to know any more: then nothing is sent, and nobody is told.
 */
export type WriteCommand = (writer: CommandWriter, run: number) => Buffer | undefined;

/** How a link is opened. */
export interface RedisLinkOptions {
  /**
   * Asked before each connection: where Redis is now. A Sentinel would be asked here who the master
   * is; a cluster has a link for each shard, and a redirection (`MOVED`) would be noted here.
   */
  readonly endpoint: () => Promise<RedisEndpoint>;
  /** Shown in Redis' list of who is connected. */
  readonly name: string;
  /** Told when it can be used, and when no longer. */
  readonly onReady: () => void;
  readonly onDown: (cause: string) => void;
}

const connectTimeoutMs = 1_000;
/** A peer that is silent for so long with questions open is given up, and connected anew. */
const silenceMsMax = 2_000;
const reconnectDelayMsMax = 500;
/** Kept for further use; each is as large as the largest command. */
const spareWritersMax = 8;

/** Opens a link; it may become ready later. */
export function openRedisLink(options: RedisLinkOptions): RedisLink {
  const spare: CommandWriter[] = [];
  let current: Connection | undefined;
  let attempts = 0;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function connect(): Promise<void> {
    retry = undefined;
    try {
      const endpoint = await options.endpoint();
      if (isClosed) return;
      const connection = openConnection(endpoint, options.name, {
        onReady() {
          attempts = 0;
          current = connection;
          options.onReady();
        },
        onEnd: ended,
      });
      opening = connection;
    } catch (error) {
      ended(Error.isError(error) ? error.message : 'no endpoint');
    }
  }
  let opening: Connection | undefined;
  function ended(cause: string): void {
    current = undefined;
    if (isClosed) return;
    attempts += 1;
    options.onDown(cause);
    retry ??= setTimeout(() => void connect(), Math.min(20 * attempts, reconnectDelayMsMax));
  }
  void connect();

  return {
    send(write, onReply) {
      if (!current) throw new Error('Redis is not connected');
      const writer = spare.pop() ?? new CommandWriter();
      const command = write(writer, current.run);
      if (!command) return;
      current.send(command, onReply, () => {
        if (spare.length < spareWritersMax) spare.push(writer);
      });
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(retry);
      opening?.end('closed');
    },
  };
}

interface Connection {
  /** Of the server, once it is ready: it may be another one than the connection before. */
  readonly run: number;
  /** `onSent` when the bytes may be written to again. */
  send(command: Buffer, onReply: OnReply, onSent: () => void): void;
  end(cause: string): void;
}

function openConnection(
  endpoint: RedisEndpoint,
  name: string,
  { onReady, onEnd }: { onReady: () => void; onEnd: (cause: string) => void },
): Connection {
  /** Who waits for replies, in order; those before `first` have got theirs, and are forgotten. */
  let waiting: (OnReply | undefined)[] = [];
  let first = 0;
  let isOver = false;
  let run = 0;

  const parse = createReplyParser((error, reply) => {
    const onReply = waiting[first];
    if (!onReply) throw new Error('Redis answered out of turn');
    waiting[first] = undefined;
    first += 1;
    if (first > 1_024) {
      waiting = waiting.slice(first);
      first = 0;
    }
    onReply(error, reply);
  });
  const silence = watchSilence(() => end('Redis is silent'));
  const socket: Socket = openSocket(endpoint, (buffer, length) => {
    try {
      parse(buffer, length);
      if (isOver) return;
      if (first === waiting.length) silence.allow();
      else silence.forbid(silenceMsMax);
    } catch (error) {
      end(Error.isError(error) ? error.message : 'a reply could not be read');
    }
  });
  function end(cause: string): void {
    if (isOver) return;
    isOver = true;
    silence.allow();
    socket.destroy();
    const error = new Error(cause);
    const left = waiting.slice(first);
    waiting = [];
    for (const onReply of left) onReply?.(error, undefined);
    onEnd(cause);
  }
  silence.forbid(connectTimeoutMs);
  socket.on('error', (error) => end(error.message));
  socket.on('close', () => end('the connection is closed'));
  socket.on(endpoint.isTls ? 'secureConnect' : 'connect', () => greet(send, endpoint, name, ready));
  function ready(error: Error | undefined, runId: string): void {
    if (error) return end(error.message);
    run = runNumber(runId);
    onReady();
  }
  function send(command: Buffer, onReply: OnReply, onSent?: () => void): void {
    if (isOver) {
      onReply(new Error('the connection is closed'), undefined);
      return;
    }
    if (first === waiting.length) silence.forbid(silenceMsMax);
    waiting.push(onReply);
    socket.write(command, onSent);
  }
  return {
    send,
    end,
    get run() {
      return run;
    },
  };
}

/** Not a socket's own timeout, which each write puts off: a peer that is gone is written to. */
function watchSilence(onSilence: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    /** Something has to be heard within this, from now on. */
    forbid(withinMs: number) {
      clearTimeout(timer);
      timer = setTimeout(onSilence, withinMs);
    },
    allow: () => clearTimeout(timer),
  };
}

/** Says who comes and which database is meant, and asks for the run of the server. */
function greet(
  send: (command: Buffer, onReply: OnReply) => void,
  { username, password, database }: RedisEndpoint,
  name: string,
  done: (error: Error | undefined, runId: string) => void,
): void {
  const steps = [
    ...(password === '' ? [] : [['AUTH', ...(username === '' ? [] : [username]), password]]),
    ['CLIENT', 'SETNAME', name],
    ...(database === 0 ? [] : [['SELECT', String(database)]]),
    ['INFO', 'server'],
  ];
  let refusal: Error | undefined;
  steps.forEach((step, at) => {
    const parts = step.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    send(Buffer.from(`*${parts.length}\r\n${parts.join('')}`), (error, reply) => {
      refusal ??= error;
      if (at < steps.length - 1) return;
      const [, runId = ''] = /^run_id:([0-9a-f]{40})/m.exec(reply?.toString('latin1') ?? '') ?? [];
      if (runId === '') refusal ??= new Error('Redis does not say its run_id');
      done(refusal, runId);
    });
  });
}
