/** What Envoy calls: gRPC without tokens, by a transport of its own. */
export {
  type CodedWork,
  type GrpcCall,
  type GrpcImplementation,
  type GrpcService,
  grpcService,
  type MethodCodec,
  withBytes,
  withCodec,
  withStreamCodec,
} from './rpc/grpc-service.ts';
export type { GrpcServer } from './rpc/grpc-transport.ts';
export { serveGrpc } from './rpc/serve-grpc.ts';
