import type { EventEmitter } from 'node:events';
import {
  type Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { type Call, GrpcError, type Method, startGrpcServer } from '@tollgate/unary-grpc';

/** A server under test. */
export interface TestServer extends AsyncDisposable {
  readonly address: string;
}

type Methods = ReadonlyMap<string, Method>;

/** Both servers, with the same handlers. Disposing drains for at most 5 s. */
export const servers = {
  'unary-grpc': (methods: Methods): Promise<TestServer> =>
    startGrpcServer({ listen: { host: '127.0.0.1', port: 0 }, methods, drainTimeoutMs: 5_000 }),
  'grpc-js': startGrpcJs,
} as const;

export type ServerName = keyof typeof servers;

type AnyCall = ServerUnaryCall<Buffer, Uint8Array> | ServerReadableStream<Buffer, Uint8Array>;

async function startGrpcJs(methods: Methods): Promise<TestServer> {
  const server = new Server({ 'grpc.max_receive_message_length': 4_194_304 });
  for (const [path, method] of methods)
    server.addService({ it: define(path, method) }, bind(method));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const force = setTimeout(() => server.forceShutdown(), 5_000);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(force);
    },
  };
}

function define(path: string, { kind }: Method): MethodDefinition<Buffer, Uint8Array> {
  return {
    path,
    requestStream: kind === 'clientStreaming',
    responseStream: false,
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (bytes) => Buffer.from(bytes),
    responseDeserialize: (bytes) => bytes,
  };
}

function bind(method: Method): Record<string, UntypedHandleCall> {
  async function answer(call: AnyCall, callback: sendUnaryData<Uint8Array>): Promise<void> {
    let message: Uint8Array;
    try {
      message = await run(method, call);
    } catch (error) {
      callback(statusOf(error));
      return;
    }
    callback(null, message);
  }
  return {
    it: (call: AnyCall, callback: sendUnaryData<Uint8Array>) => void answer(call, callback),
  };
}

function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof GrpcError) return { code: error.code, details: error.message };
  return { code: 2, details: 'Unknown error' };
}

function run(method: Method, call: AnyCall): Uint8Array | Promise<Uint8Array> {
  const controller = new AbortController();
  const events: EventEmitter = call;
  events.on('cancelled', () => controller.abort());
  const known: Call = {
    metadata: (name) => valueOf(call.metadata, name),
    signal: controller.signal,
  };
  if (method.kind === 'unary') {
    return 'request' in call ? method.handle(call.request, known) : new Uint8Array();
  }
  return 'request' in call ? new Uint8Array() : method.handle(call, known);
}

function valueOf(metadata: Metadata, name: string): string | undefined {
  const values = metadata.get(name);
  if (values.length === 0) return undefined;
  return values
    .map((value) => (typeof value === 'string' ? value : value.toString('base64')))
    .join(',');
}
