import {
  create,
  type DescMethod,
  fromBinary,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Address } from '../../src/settings.ts';

/** A gRPC server of a test, in place of one of the processes that Envoy asks. */
export interface GrpcPeer extends AsyncDisposable {
  readonly address: Address;
}

interface PeerMethod {
  readonly method: DescMethod;
  readonly handler: UntypedHandleCall;
}

/** Serves `methods` on a free port of 127.0.0.1, or on `port`. */
export async function serveGrpcPeer(methods: readonly PeerMethod[], port = 0): Promise<GrpcPeer> {
  const server = new Server();
  for (const { method, handler } of methods) {
    const definition: MethodDefinition<Message, Message> = {
      path: `/${method.parent.typeName}/${method.name}`,
      requestStream:
        method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
      responseStream: method.methodKind === 'bidi_streaming',
      requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
      requestDeserialize: (bytes) => fromBinary(method.input, bytes),
      responseSerialize: (message) => Buffer.from(toBinary(method.output, message)),
      responseDeserialize: (bytes) => fromBinary(method.output, bytes),
    };
    const implementation: UntypedServiceImplementation = { [method.localName]: handler };
    server.addService({ [method.localName]: definition }, implementation);
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  return {
    address: { host: '127.0.0.1', port: bound },
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}

/** A unary handler from a function; what it throws is the gRPC error. */
export function unary<Method extends DescMethod>(
  method: Method,
  answer: (request: MessageShape<Method['input']>) => MessageInitShape<Method['output']>,
): PeerMethod {
  const handler: handleUnaryCall<MessageShape<Method['input']>, unknown> = (
    { request },
    callback,
  ) => {
    try {
      callback(null, create(method.output, answer(request)));
    } catch (error) {
      callback(error as Error);
    }
  };
  return { method, handler: handler as UntypedHandleCall };
}
