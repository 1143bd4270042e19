import { ConnectError } from '@connectrpc/connect';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Health as HealthService } from '@tollgate/api/grpc/health/v1/health';
import type { Address } from '../config/parse-setting.ts';
import { reasonOf } from '../errors/failure.ts';
import { internalFailure } from '../errors/shared-failures.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import { type FailCall, type GrpcJsService, grpcJsService } from './grpc-js-service.ts';
import { servingStatus } from './health-service.ts';
import { rpcName } from './rpc-name.ts';

/** A grpc-js server. */
export interface GrpcJsServer extends AsyncDisposable {
  /** `host:port` as bound. */
  readonly address: string;
}

/** Largest message that is read; a batch of access-log entries stays far below. */
const messageBytesMax = 4_194_304;

/**
 * Serves gRPC to Envoy, without tokens: whoever reaches this listener is trusted, so it must not be
 * reachable from outside. Adds the health protocol. Closing it lets open calls finish for at most
 * `drainTimeoutMs` (absent: 2,000), then cuts them; Envoy's streams never end by themselves.
 */
export async function serveGrpcJs(options: {
  address: Address;
  services: readonly GrpcJsService[];
  health: Health;
  log: Log;
  drainTimeoutMs?: number;
}): Promise<GrpcJsServer> {
  const { address, services, health, log } = options;
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
  });
  const served = services.map((service) => service.name);
  const healthService = grpcJsService(HealthService, {
    check: ({ service }) => ({ status: servingStatus(service, { health, served }) }),
  });
  for (const { definition, bind } of [...services, healthService]) {
    server.addService(definition, bind(publicStatus(log)));
  }
  const port = await bindServer(server, address);
  return {
    address: `${hostOf(address)}:${port}`,
    [Symbol.asyncDispose]: () => shutDown(server, options.drainTimeoutMs ?? 2_000),
  };
}

function bindServer(server: Server, address: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(
      `${hostOf(address)}:${address.port}`,
      ServerCredentials.createInsecure(),
      (error, port) => (error ? reject(error) : resolve(port)),
    );
  });
}

async function shutDown(server: Server, drainTimeoutMs: number): Promise<void> {
  const force = setTimeout(() => server.forceShutdown(), drainTimeoutMs);
  // Its error says only that the server was not running.
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(force);
}

/** Our own refusals as they are; everything else is hidden, and logged in full. */
function publicStatus(log: Log): FailCall {
  return (error, method) => {
    const isPublic =
      error instanceof ConnectError &&
      (reasonOf(error) !== undefined || method.parent.typeName === HealthService.typeName);
    if (!isPublic) log.error({ error, rpc: rpcName(method) }, 'rpc failed');
    const shown = isPublic ? error : internalFailure(error);
    return { code: shown.code, details: shown.rawMessage };
  };
}

function hostOf({ host }: Address): string {
  return host.includes(':') ? `[${host}]` : host;
}
