import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import {
  Health as HealthService,
  HealthCheckResponse_ServingStatus as Status,
} from '@tollgate/api/grpc/health/v1/health';
import type { Health } from '../health/health.ts';

/**
 * Whether calls to a service may come (`grpc.health.v1`); the empty name asks for the whole process.
 * Throws NOT_FOUND for a service that is not served here, as the protocol wants it.
 */
export function servingStatus(
  service: string,
  { health, served }: { health: Health; served: readonly string[] },
): Status {
  if (service !== '' && !served.includes(service)) {
    throw new ConnectError('unknown service', Code.NotFound);
  }
  return health.ready ? Status.SERVING : Status.NOT_SERVING;
}

/** Adds the health protocol to a router. It needs no token: probes have none. */
export function routeHealth(
  router: ConnectRouter,
  parts: { health: Health; served: readonly string[] },
): void {
  router.service(HealthService, {
    check: ({ service }) => ({ status: servingStatus(service, parts) }),
  });
}
