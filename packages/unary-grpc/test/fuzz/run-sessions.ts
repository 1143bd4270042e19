import { setImmediate as turn } from 'node:timers/promises';
import type { ErrorCode } from '../../src/http2/protocol.ts';
import { clientPreface, errorCode } from '../../src/http2/protocol.ts';
import {
  type ConnectionFailure,
  type GrpcServer,
  type Method,
  startGrpcServer,
} from '../../src/index.ts';
import { pingFrame, windowFrame } from '../support/frames.ts';
import { openPeer, type RawPeer, rawPeer } from '../support/raw-peer.ts';
import { call } from '../support/serve.ts';
import { mutateFrames } from './mutate.ts';
import { createRandom } from './random.ts';
import { fuzzPaths, honestSession } from './session.ts';

/** What was seen. */
export interface FuzzResult {
  readonly frames: number;
  /** Of these, changed, doubled, left out or made up. */
  readonly mutated: number;
  readonly connections: number;
  /** How connections ended: GOAWAY codes by name, with their counts. */
  readonly endings: Readonly<Record<string, number>>;
  /** Of the process, after the first tenth and at the end. */
  readonly rssBytes: readonly [warm: number, last: number];
}

/** Longest time from a session's last byte to the end of its connection. */
const endWithinMs = 30_000;
const together = 8;
/**
 * Sent after each session: whatever frame a mutation has left open is filled by it, and what follows
 * is DATA on stream 0. So every connection must end by GOAWAY, and soon.
 */
const poison = Buffer.alloc(20_000);

/**
 * Sends frames of which at least `mutatedMin` are mutated, over connections of some dozen frames to
 * one server; the seed of a session is `seed` and its number. A healthy connection calls now and
 * then beside them.
 *
 * @throws Error with the seed of the session that found something: no end, no GOAWAY, an error of
 *   the server's own, or a neighbour that is not served.
 */
export async function runSessions(options: {
  readonly listen: { readonly path: string };
  readonly seed: number;
  readonly mutatedMin: number;
  readonly onProgress?: (mutated: number) => void;
}): Promise<FuzzResult> {
  const failures: ConnectionFailure[] = [];
  await using server = await startGrpcServer({
    listen: options.listen,
    methods: fuzzMethods(),
    limits: { streamsMax: 20, heldBytesMax: 200_000, messageBytesMax: 50_000 },
    onConnectionFailure: (failure) => failures.push(failure),
  });
  await using neighbour = await openPeer(server.address);
  // Room for all its answers, which it does not ask for again.
  await neighbour.send(windowFrame(0, 1_000_000_000));
  const endings: Record<string, number> = {};
  const { seed, mutatedMin } = options;
  let warmBytes = 0;
  let [frames, mutated, connections] = [0, 0, 0];
  while (mutated < mutatedMin) {
    const seeds = Array.from({ length: together }, (_, index) => seed + connections + index);
    const sent = await Promise.all(seeds.map((one) => runSession(server.address, one, endings)));
    for (const one of sent) {
      frames += one.frames;
      mutated += one.mutated;
    }
    const own = failures.splice(0).find(({ code }) => code === errorCode.internalError);
    if (own)
      throw new Error(`sessions ${seeds[0]} and ${together} on: ${own.cause}`, { cause: own });
    // Streams of the neighbour are odd, and one more each time.
    const path = fuzzPaths.later;
    await call(neighbour, 2 * (connections / together) + 1, { path });
    connections += together;
    if (warmBytes === 0 && mutated > mutatedMin / 10) warmBytes = process.memoryUsage.rss();
    options.onProgress?.(mutated);
  }
  await allEnded(server);
  return {
    frames,
    mutated,
    connections,
    endings,
    rssBytes: [warmBytes, process.memoryUsage.rss()],
  };
}

/** Nothing may be left of connections that are gone. */
async function allEnded(server: GrpcServer): Promise<void> {
  const untilMs = performance.now() + endWithinMs;
  while (server.stats().openConnections > 1) {
    if (performance.now() > untilMs) throw new Error('connections are left over');
    await turn();
  }
  const { openStreams, openCalls, heldBytes } = server.stats();
  if (openStreams + openCalls + heldBytes === 0) return;
  throw new Error(`left over: ${openStreams} streams, ${openCalls} calls, ${heldBytes} bytes`);
}

/** One connection; answers how many frames it sent. */
async function runSession(
  address: string,
  seed: number,
  endings: Record<string, number>,
): Promise<{ frames: number; mutated: number }> {
  const random = createRandom(seed);
  const honest = honestSession(random, 10 + random.below(20));
  const every = random.pick([2, 12, 40]);
  const { frames, mutated } = mutateFrames(random, { frames: honest, every });
  const bytes = Buffer.concat([clientPreface, ...frames, pingFrame, poison]);
  await using peer = await rawPeer(address);
  for (let at = 0; at < bytes.length && !peer.socket.destroyed; ) {
    const next = at + 1 + random.below(random.pick([100, 2_000, bytes.length]));
    void peer.send(bytes.subarray(at, next));
    at = next;
    if (random.below(3) === 0) await turn();
  }
  const code = await endingOf(peer, seed);
  endings[code] = (endings[code] ?? 0) + 1;
  return { frames: frames.length, mutated };
}

async function endingOf(peer: RawPeer, seed: number): Promise<string> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('it did not end')), endWithinMs);
  try {
    const { code } = await Promise.race([peer.goaway(), late.promise]);
    await Promise.race([peer.closed, late.promise]);
    return nameOf(code as ErrorCode);
  } catch (error) {
    throw new Error(`session ${seed}: ${error}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function nameOf(code: ErrorCode): string {
  const [name = String(code)] = Object.entries(errorCode).find(([, one]) => one === code) ?? [];
  return name;
}

function fuzzMethods(): Map<string, Method> {
  return new Map<string, Method>([
    [fuzzPaths.echo, { kind: 'unary', handle: (message) => Buffer.from(message) }],
    [fuzzPaths.make, { kind: 'unary', handle: (text) => Buffer.alloc(Number(`${text}`) || 0) }],
    [
      fuzzPaths.later,
      {
        kind: 'unary',
        async handle(message) {
          const copy = Buffer.from(message);
          await turn();
          return copy;
        },
      },
    ],
    [
      fuzzPaths.hang,
      {
        kind: 'unary',
        handle: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
    ],
    [
      fuzzPaths.count,
      {
        kind: 'clientStreaming',
        async handle(messages) {
          let bytes = 0;
          for await (const message of messages) bytes += message.length;
          return Buffer.from(String(bytes));
        },
      },
    ],
  ]);
}
