import { createConnectRouter } from '@connectrpc/connect';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';
import type { Clock } from '../clock/clock.ts';
import type { Address } from '../config/parse-setting.ts';
import type { Health } from '../health/health.ts';
import type { TokenVerifier } from '../identity/token-verifier.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { completeServices } from './complete-services.ts';
import type { RpcHandler } from './handler.ts';
import { routeHealth } from './health-service.ts';
import { listenHttp2 } from './http2-listener.ts';
import { rpcMetrics } from './rpc-metrics.ts';
import { routeMethod } from './serve-method.ts';
import { nodeHandler } from './universal-adapter.ts';

/** What `serveRpc` needs; a `Platform` brings most of it. */
export interface ServeRpcOptions {
  readonly address: Address;
  /** One handler for each method of each service that is served. */
  readonly handlers: readonly RpcHandler[];
  readonly log: Log;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Largest input message, in bytes, also after decompression; absent: 1 MiB. */
  readonly bodyBytesMax?: number;
  /** Time for open calls when it closes, in milliseconds; absent: 5,000. */
  readonly drainTimeoutMs?: number;
}

/** A listener that answers RPCs. */
export interface RpcServer extends AsyncDisposable {
  /** `host:port` as bound. */
  readonly address: string;
}

/**
 * JSON as the API documents it: proto field names, zero values present. Read strictly, so that a
 * misspelt field is refused instead of ignored, and broken UTF-8 is not replaced in silence.
 */
const jsonOptions = {
  useProtoFieldName: true,
  alwaysEmitImplicit: true,
  ignoreUnknownFields: false,
  textDecoder: new TextDecoder('utf-8', { fatal: true }),
};

/**
 * Serves RPCs as gRPC, gRPC-Web and Connect on one HTTP/2 port, and the gRPC health protocol. Every
 * call passes, in this order: request id, internal token, permission, rules of the input, handler;
 * every error leaves as google.rpc details with a public reason. Throws when a method of a service
 * has no handler or no access declaration.
 */
export async function serveRpc(options: ServeRpcOptions): Promise<RpcServer> {
  const { handlers, log, clock, verifier, metrics, health } = options;
  const services = completeServices(handlers);
  const router = createConnectRouter({
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: options.bodyBytesMax ?? 1_048_576,
    jsonOptions,
  });
  const parts = { log, clock, verifier, record: rpcMetrics(metrics) };
  for (const handler of handlers) routeMethod(router, handler, parts);
  routeHealth(router, { health, served: services.map((service) => service.typeName) });
  return listenHttp2({
    address: options.address,
    onRequest: nodeHandler(router, log),
    drainTimeoutMs: options.drainTimeoutMs ?? 5_000,
  });
}
