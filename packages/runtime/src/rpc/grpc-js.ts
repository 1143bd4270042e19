import {
  type handleClientStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { ListenAddress } from '../config/parse-setting.ts';
import type { FailCall, GrpcMethod } from './grpc-service.ts';
import type { GrpcServer, TransportOptions } from './grpc-transport.ts';

/** Serves by grpc-js: the reference that the own transport is compared with. */
export async function serveGrpcJs(options: TransportOptions): Promise<GrpcServer> {
  const { address, services, fail, messageBytesMax, drainTimeoutMs } = options;
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
  });
  for (const { methods } of services) {
    server.addService(
      Object.fromEntries(methods.map((one) => [one.method.localName, define(one)])),
      Object.fromEntries(methods.map((one) => [one.method.localName, bind(one, fail)])),
    );
  }
  const port = await bindServer(server, address);
  return {
    address: 'path' in address ? `unix:${address.path}` : `${hostOf(address)}:${port}`,
    [Symbol.asyncDispose]: () => shutDown(server, drainTimeoutMs),
  };
}

function define({ path, isStreaming, codec }: GrpcMethod): MethodDefinition<unknown, unknown> {
  const neverCalled = () => {
    throw new Error('a server only');
  };
  return {
    path,
    requestStream: isStreaming,
    responseStream: false,
    requestSerialize: neverCalled,
    requestDeserialize: codec.decode,
    // Encoded where the work is, so that a failure of it is told like one of the work.
    responseSerialize: (bytes) => bytes as Buffer,
    responseDeserialize: neverCalled,
  };
}

function bind({ method, isStreaming, codec, work }: GrpcMethod, fail: FailCall): UntypedHandleCall {
  async function answer(
    input: unknown,
    metadata: Metadata,
    callback: sendUnaryData<unknown>,
  ): Promise<void> {
    let output: Buffer;
    try {
      const message = await work(input, { metadata: (name) => textOf(metadata, name) });
      output = asBuffer(codec.encode(message));
    } catch (error) {
      callback(fail(error, method));
      return;
    }
    callback(null, output);
  }
  const unary: handleUnaryCall<unknown, unknown> = ({ request, metadata }, callback) =>
    void answer(request, metadata, callback);
  const streaming: handleClientStreamingCall<unknown, unknown> = (call, callback) =>
    void answer(call, call.metadata, callback);
  return isStreaming ? streaming : unary;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function textOf(metadata: Metadata, name: string): string | undefined {
  const values = metadata.get(name);
  return values.length === 0 ? undefined : values.join(',');
}

function bindServer(server: Server, address: ListenAddress): Promise<number> {
  const target = 'path' in address ? `unix:${address.path}` : `${hostOf(address)}:${address.port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(target, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

async function shutDown(server: Server, drainTimeoutMs: number): Promise<void> {
  const force = setTimeout(() => server.forceShutdown(), drainTimeoutMs);
  // Its error says only that the server was not running.
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(force);
}

function hostOf({ host }: { host: string }): string {
  return host.includes(':') ? `[${host}]` : host;
}
