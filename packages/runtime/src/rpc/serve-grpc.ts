import { ConnectError } from '@connectrpc/connect';
import { rpcName } from '@tollgate/api';
import { Health as HealthService } from '@tollgate/api/grpc/health/v1/health';
import type { Clock } from '../clock/clock.ts';
import type { EnvoyListener } from '../config/envoy-listener.ts';
import { reasonOf } from '../errors/failure.ts';
import { internalFailure } from '../errors/shared-failures.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type FailCall, type GrpcService, grpcService } from './grpc-service.ts';
import type { GrpcServer } from './grpc-transport.ts';
import { servingStatus } from './health-service.ts';
import { createSparingLog } from './log-hidden.ts';
import { serveUnaryGrpc } from './unary-grpc.ts';

/** Largest message that is read; a batch of access-log entries stays far below. */
const messageBytesMax = 4_194_304;

/**
 * Serves gRPC to Envoy, without tokens: whoever reaches this listener is trusted, so it must not be
 * reachable from outside. Adds the health protocol. Closing it lets open calls finish for at most
 * `drainTimeoutMs` (absent: 2,000), then cuts them; Envoy's streams never end by themselves.
 */
export async function serveGrpc(options: {
  envoy: EnvoyListener;
  services: readonly GrpcService[];
  health: Health;
  metrics: Metrics;
  clock: Clock;
  log: Log;
  drainTimeoutMs?: number;
}): Promise<GrpcServer> {
  const { envoy, health, clock, log, metrics } = options;
  const served = options.services.map((service) => service.name);
  const healthService = grpcService(HealthService, {
    check: ({ service }) => ({ status: servingStatus(service, { health, served }) }),
  });
  const serve = await transportOf(envoy);
  return serve({
    address: envoy.address,
    services: [...options.services, healthService],
    fail: publicStatus(log, clock),
    messageBytesMax,
    drainTimeoutMs: options.drainTimeoutMs ?? 2_000,
    metrics,
    log,
  });
}

/** The reference is loaded only where it is asked for: it is large. */
async function transportOf({ transport }: EnvoyListener) {
  if (transport !== 'grpc-js') return serveUnaryGrpc;
  return (await import('./grpc-js.ts')).serveGrpcJs;
}

/** Our own refusals as they are; everything else is hidden. What the caller cannot see is logged. */
function publicStatus(log: Log, clock: Clock): FailCall {
  const write = createSparingLog(log, clock);
  return (error, method) => {
    const isPublic =
      error instanceof ConnectError &&
      (reasonOf(error) !== undefined || method.parent.typeName === HealthService.typeName);
    const shown = isPublic ? error : internalFailure(error);
    write(rpcName(method), shown);
    return { code: shown.code, details: shown.rawMessage };
  };
}
