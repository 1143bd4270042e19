export { GrpcError, statusCode } from './grpc/grpc-error.ts';
export type { Call, Method } from './grpc/method.ts';
export { ConnectionFailure } from './http2/connection-failure.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type { ListenAddress } from './listen.ts';
export {
  type GrpcServer,
  type GrpcServerOptions,
  type ServerStats,
  startGrpcServer,
} from './server.ts';
