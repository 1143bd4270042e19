import { setImmediate as turn } from 'node:timers/promises';
import {
  type ConnectionFailure,
  GrpcError,
  type GrpcServer,
  type Limits,
  type Method,
  startGrpcServer,
  statusCode,
} from '../../src/index.ts';
import { request } from './frames.ts';
import { openPeer, type RawPeer } from './raw-peer.ts';

/** Paths that the server of these tests answers. */
export const paths = {
  /** The message, at once. */
  echo: '/test.Test/Echo',
  /** The message, some turns of the event loop later. */
  later: '/test.Test/Later',
  /** Nothing, until the server's `release` is called. */
  hang: '/test.Test/Hang',
  /** INVALID_ARGUMENT and a long sentence, when the server's `release` is called. */
  refuse: '/test.Test/Refuse',
  /** As many bytes as the message says in decimal digits. */
  make: '/test.Test/Make',
  /** The count of messages and of their bytes, of a client's stream. */
  count: '/test.Test/Count',
  /** Answers a client's stream when released, and reads nothing of it before. */
  hold: '/test.Test/Hold',
} as const;

/** A server whose handlers a test controls. */
export interface TestServer extends GrpcServer {
  /** Lets every call of `hang`, `refuse` and `hold` end, also later ones. */
  release(): void;
  /** Handlers that have begun. */
  readonly begun: { count: number };
  /** Calls whose signal was aborted. */
  readonly aborted: { count: number };
  readonly failures: ConnectionFailure[];
}

/** Serves {@link paths} on a free port. */
export async function serve(
  limits: Partial<Limits> = {},
  listen: Parameters<typeof startGrpcServer>[0]['listen'] = { host: '127.0.0.1', port: 0 },
): Promise<TestServer> {
  const released = Promise.withResolvers<void>();
  const begun = { count: 0 };
  const aborted = { count: 0 };
  const failures: ConnectionFailure[] = [];
  const server = await startGrpcServer({
    listen,
    limits,
    methods: testMethods({ released: released.promise, begun, aborted }),
    onConnectionFailure: (failure) => failures.push(failure),
    drainTimeoutMs: 500,
  });
  return {
    address: server.address,
    stats: () => server.stats(),
    release: () => released.resolve(),
    begun,
    aborted,
    failures,
    async [Symbol.asyncDispose]() {
      released.resolve();
      await server[Symbol.asyncDispose]();
    },
  };
}

function testMethods({
  released,
  begun,
  aborted,
}: {
  released: Promise<void>;
  begun: { count: number };
  aborted: { count: number };
}): Map<string, Method> {
  const unary = (handle: Extract<Method, { kind: 'unary' }>['handle']): Method => ({
    kind: 'unary',
    handle(message, call) {
      begun.count += 1;
      return handle(message, call);
    },
  });
  return new Map<string, Method>([
    [paths.echo, unary((message) => Buffer.from(message))],
    [paths.later, unary((message) => later(Buffer.from(message)))],
    [
      paths.hang,
      unary(async (message, { signal }) => {
        signal.addEventListener('abort', () => (aborted.count += 1));
        const copy = Buffer.from(message);
        await released;
        return copy;
      }),
    ],
    [
      paths.refuse,
      unary(async () => {
        await released;
        throw new GrpcError(statusCode.invalidArgument, '€'.repeat(1_000));
      }),
    ],
    [paths.make, unary((message) => Buffer.alloc(Number(message.toString()), 'x'))],
    [paths.count, { kind: 'clientStreaming', handle: countAll }],
    [
      paths.hold,
      {
        kind: 'clientStreaming',
        async handle(messages) {
          await released;
          return countAll(messages);
        },
      },
    ],
  ]);
}

async function later(message: Buffer): Promise<Buffer> {
  await turn();
  return message;
}

async function countAll(messages: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let count = 0;
  let bytes = 0;
  for await (const message of messages) {
    count += 1;
    bytes += message.length;
  }
  return Buffer.from(`${count} of ${bytes}`);
}

/** Makes one call on a connection and answers its message, or throws. */
export async function call(
  peer: RawPeer,
  streamId: number,
  { path = paths.echo, message = Buffer.from('well') }: { path?: string; message?: Buffer } = {},
): Promise<Buffer> {
  await peer.send(request(streamId, path, message));
  const { fields, data, resetCode } = await peer.answer(streamId);
  if (resetCode !== undefined || fields.get('grpc-status') !== '0') {
    throw new Error(`reset ${resetCode}, status ${fields.get('grpc-status')}`);
  }
  return Buffer.concat(data).subarray(5);
}

/** Makes one call on a connection of its own: how the server treats the others. */
export async function callAlone(server: GrpcServer): Promise<string> {
  await using peer = await openPeer(server.address);
  return (await call(peer, 1)).toString();
}
