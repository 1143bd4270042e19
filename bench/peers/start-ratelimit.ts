import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePort,
  isHttpOk,
  type Program,
  serverUser,
  startServerProcess,
} from '@tollgate/servers';
import { audit } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import { neverReached } from './population.ts';

/** The same limits as the gate's: a rate a minute for each key, a quota a month for each tenant. */
const limits = {
  key: { unit: 'minute', requests_per_unit: neverReached },
  tenant: { unit: 'month', requests_per_unit: neverReached },
  audit_single: { unit: 'month', requests_per_unit: audit.single },
  audit_key: { unit: 'day', requests_per_unit: audit.key },
  audit_tenant: { unit: 'month', requests_per_unit: audit.tenant },
};

/**
 * Starts envoyproxy/ratelimit as its README runs it: with its defaults, on this Redis, under a
 * prefix of its own.
 */
export async function startRatelimit(options: {
  program: Pick<Program, 'file'>;
  redisUrl: string;
  folder: string;
}): Promise<Contestant> {
  const { program, redisUrl, folder } = options;
  const configFolder = join(folder, 'ratelimit', 'config');
  mkdirSync(configFolder, { recursive: true });
  const descriptors = Object.entries(limits).map(([key, rate_limit]) => ({ key, rate_limit }));
  // JSON is YAML as well.
  writeFileSync(
    join(configFolder, 'tollgate.yaml'),
    JSON.stringify({ domain: 'tollgate', descriptors }),
  );
  const [port, grpcPort, debugPort] = [await freePort(), await freePort(), await freePort()];
  const server = await startServerProcess({
    name: 'envoyproxy/ratelimit',
    file: program.file,
    args: [],
    logFile: join(folder, 'ratelimit.log'),
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      GRPC_HOST: '127.0.0.1',
      GRPC_PORT: String(grpcPort),
      DEBUG_HOST: '127.0.0.1',
      DEBUG_PORT: String(debugPort),
      USE_STATSD: 'false',
      REDIS_SOCKET_TYPE: 'tcp',
      REDIS_URL: new URL(redisUrl).host,
      CACHE_KEY_PREFIX: 'peer:',
      RUNTIME_ROOT: folder,
      RUNTIME_SUBDIRECTORY: 'ratelimit',
      RUNTIME_WATCH_ROOT: 'false',
    },
    isReady: () => isHttpOk({ port, path: '/healthcheck' }),
    ...serverUser(),
  });
  return {
    name: 'envoyproxy/ratelimit',
    addresses: [`127.0.0.1:${grpcPort}`],
    pids: [server.pid],
    kind: 'ratelimit',
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
