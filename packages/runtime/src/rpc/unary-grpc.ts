import {
  type Call,
  GrpcError,
  type Method,
  type ServerStats,
  startGrpcServer,
  statusCode,
} from '@tollgate/unary-grpc';
import { Counter, Gauge } from 'prom-client';
import { type Metrics, sharedMetric } from '../metrics/metrics.ts';
import { isPromise } from '../work/is-promise.ts';
import { bytesAsTheyAre, type FailCall, type GrpcMethod } from './grpc-service.ts';
import type { GrpcServer, TransportOptions } from './grpc-transport.ts';

/** Serves by the own transport, which costs a fraction of grpc-js for small calls. */
export async function serveUnaryGrpc(options: TransportOptions): Promise<GrpcServer> {
  const { address, services, fail, messageBytesMax, drainTimeoutMs, log, metrics } = options;
  const methods = services.flatMap((service) => service.methods);
  const server = await startGrpcServer({
    listen: address,
    methods: new Map(methods.map((method) => [method.path, bind(method, fail)])),
    limits: { messageBytesMax },
    drainTimeoutMs,
    onConnectionFailure: (error) => log.warn({ error }, "a connection broke the transport's rules"),
  });
  showStats(metrics, () => server.stats());
  return server;
}

function bind({ method, isStreaming, codec, work }: GrpcMethod, fail: FailCall): Method {
  const statusOf = (error: unknown): GrpcError => {
    const { code, details } = fail(error, method);
    return new GrpcError(code, details);
  };
  if (!isStreaming) return { kind: 'unary', handle: bindUnary(codec, work), statusOf };
  return {
    kind: 'clientStreaming',
    handle: async (messages, call) =>
      codec.encode(await work(decodeAll(messages, codec.decode), call)),
    statusOf,
  };
}

/** No `async`: a promise more for each call is as dear as half of the transport. */
function bindUnary({ decode: decodeOne, encode }: GrpcMethod['codec'], work: GrpcMethod['work']) {
  return (bytes: Uint8Array, call: Call): Uint8Array | Promise<Uint8Array> => {
    const output = work(decode(bytes, decodeOne), call);
    // Bytes are what work on bytes makes: one promise less.
    if (encode === bytesAsTheyAre.encode) return output as Uint8Array | Promise<Uint8Array>;
    return isPromise(output) ? output.then(encode) : encode(output);
  };
}

async function* decodeAll(
  messages: AsyncIterable<Uint8Array>,
  decodeOne: (bytes: Uint8Array) => unknown,
): AsyncGenerator<unknown> {
  for await (const message of messages) yield decode(message, decodeOne);
}

function decode(bytes: Uint8Array, decodeOne: (bytes: Uint8Array) => unknown): unknown {
  try {
    return decodeOne(bytes);
  } catch {
    throw new GrpcError(statusCode.internal, 'Error deserializing request');
  }
}

const totals = {
  connections: 'Connections taken.',
  streams: 'Calls taken, also refused ones.',
  resets: 'Calls that their callers gave up.',
  refusals: 'Calls refused because too many were open.',
  failures: 'Connections ended because of what their peer did.',
  connectionRefusals: 'Connections closed at once because too many were open.',
} as const satisfies Partial<Record<keyof ServerStats, string>>;

const levels = {
  openConnections: 'Connections open now.',
  openCalls: 'Calls worked on now.',
  heldBytes: 'Bytes of incomplete messages, waiting answers and the headers of open calls.',
} as const satisfies Partial<Record<keyof ServerStats, string>>;

/** The transport counts for itself; its numbers are read when somebody looks. */
function showStats(metrics: Metrics, stats: () => ServerStats): void {
  const registers = [metrics];
  for (const [key, help] of Object.entries(totals)) {
    const name = `tollgate_grpc_${snakeCase(key)}_total`;
    sharedMetric(metrics, name, () => {
      const counter = new Counter({ name, help, registers, collect });
      function collect() {
        counter.reset();
        counter.inc(stats()[key as keyof ServerStats]);
      }
      return counter;
    });
  }
  for (const [key, help] of Object.entries(levels)) {
    const name = `tollgate_grpc_${snakeCase(key)}`;
    sharedMetric(metrics, name, () => {
      const gauge = new Gauge({ name, help, registers, collect });
      function collect() {
        gauge.set(stats()[key as keyof ServerStats]);
      }
      return gauge;
    });
  }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
