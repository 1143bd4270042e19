import { createServer, type Server, type Socket } from 'node:net';
import { createDeadlines } from './grpc/deadlines.ts';
import type { Method } from './grpc/method.ts';
import { serveCalls } from './grpc/serve-calls.ts';
import type { Connection, ConnectionOptions, Counts } from './http2/connection.ts';
import { ConnectionFailure } from './http2/connection-failure.ts';
import { drainConnection } from './http2/end-connection.ts';
import { maintainConnection } from './http2/maintain.ts';
import { openConnection } from './http2/open-connection.ts';
import { errorCode } from './http2/protocol.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type ListenAddress, listen } from './listen.ts';

/** How a server is made. */
export interface GrpcServerOptions {
  /** Where it listens. */
  readonly listen: ListenAddress;
  /** What it answers, by path: `/package.Service/Method`. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Bounds that differ from {@link defaultLimits}. */
  readonly limits?: Partial<Limits>;
  /** How long open calls may take to end when the server closes; absent: 2,000. */
  readonly drainTimeoutMs?: number;
  /** Told when a connection ends because of what its peer did. */
  readonly onConnectionFailure?: (failure: ConnectionFailure) => void;
}

/** A running server. Disposing it drains it: announces the end, lets open calls finish, closes. */
export interface GrpcServer extends AsyncDisposable {
  /** As clients of gRPC name it: `host:port`, or `unix:/path`. */
  readonly address: string;
  /** What it has seen since its start, and what is open now. */
  stats(): ServerStats;
}

/** Numbers of one server. */
export interface ServerStats extends Readonly<Counts> {
  readonly openConnections: number;
  readonly openStreams: number;
  /** Calls that are worked on, also those whose callers have gone. */
  readonly openCalls: number;
  /** Bytes that are kept for open calls; see `heldBytesMax`. */
  readonly heldBytes: number;
}

/**
 * Serves gRPC over HTTP/2 with prior knowledge, as proxies and gRPC clients speak it without TLS.
 *
 * @throws Error when it cannot listen there.
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const nowMs = () => performance.now();
  const connections = new Set<Connection>();
  const counts: Counts = {
    connections: 0,
    connectionRefusals: 0,
    streams: 0,
    resets: 0,
    refusals: 0,
    failures: 0,
  };
  const deadlines = createDeadlines({ connections, nowMs });
  const shared: ConnectionOptions = {
    limits,
    counts,
    nowMs,
    events: serveCalls({ methods: options.methods, deadlines }),
    onFailure: (failure) => options.onConnectionFailure?.(failure),
  };
  const server = createServer({ noDelay: true });
  server.maxConnections = limits.connectionsMax;
  server.on('drop', () => {
    counts.connectionRefusals += 1;
  });
  server.on('connection', (socket) => take(socket, { connections, shared }));
  const address = await listen(server, options.listen);
  // Of a connection that could not be taken nothing is known but this.
  server.on('error', (cause) => {
    counts.failures += 1;
    const reason = 'a connection could not be taken';
    shared.onFailure(new ConnectionFailure(errorCode.internalError, reason, { cause }));
  });
  const maintenance = maintain(connections, limits.maintainEveryMs);
  return {
    address,
    stats: () => ({ ...counts, ...sumOf(connections) }),
    async [Symbol.asyncDispose]() {
      await drain(server, connections, options.drainTimeoutMs ?? 2_000);
      maintenance.stop();
      deadlines.stop();
    },
  };
}

/** Looks after connections now and then; after a pause of the process, what came is read first. */
function maintain(connections: ReadonlySet<Connection>, everyMs: number) {
  let turn: NodeJS.Immediate | undefined;
  const timer = setInterval(() => {
    turn = setImmediate(() => {
      for (const connection of connections) maintainConnection(connection);
    });
  }, everyMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      clearImmediate(turn);
    },
  };
}

function take(
  socket: Socket,
  { connections, shared }: { connections: Set<Connection>; shared: ConnectionOptions },
): void {
  const connection = openConnection(socket, shared);
  connections.add(connection);
  socket.once('close', () => connections.delete(connection));
}

async function drain(
  server: Server,
  connections: ReadonlySet<Connection>,
  drainTimeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections) drainConnection(connection);
  const timer = setTimeout(() => {
    for (const { socket } of connections) socket.destroy();
  }, drainTimeoutMs);
  await closed;
  clearTimeout(timer);
}

function sumOf(connections: ReadonlySet<Connection>) {
  const sum = { openConnections: connections.size, openStreams: 0, openCalls: 0, heldBytes: 0 };
  for (const { streams, calls, heldBytes } of connections) {
    sum.openStreams += streams.size;
    sum.openCalls += calls;
    sum.heldBytes += heldBytes;
  }
  return sum;
}
