import type { ListenAddress } from './parse-setting.ts';
import type { Settings } from './settings.ts';

/** Where and how Envoy is answered. */
export interface EnvoyListener {
  readonly address: ListenAddress;
  readonly transport: GrpcTransport;
}

/** What carries gRPC: `unary-grpc`, our own for small calls, or the reference, grpc-js. */
export type GrpcTransport = (typeof grpcTransports)[number];

const grpcTransports = ['unary-grpc', 'grpc-js'] as const;

/** TOLLGATE_ENVOY_ADDRESS and TOLLGATE_GRPC_TRANSPORT; `purpose` says what Envoy asks there. */
export function readEnvoyListener(settings: Settings, purpose: string): EnvoyListener {
  return {
    address: settings.listenAddress('TOLLGATE_ENVOY_ADDRESS', {
      description: `${purpose} (gRPC); to be reachable by Envoy only, host:port or unix:/path.`,
      default: '127.0.0.1:0',
    }),
    transport: settings.choice('TOLLGATE_GRPC_TRANSPORT', grpcTransports, {
      description: 'What carries gRPC there: our own transport, or grpc-js, the reference.',
      default: 'unary-grpc',
    }),
  };
}
