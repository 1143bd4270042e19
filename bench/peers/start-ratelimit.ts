import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePort,
  isHttpOk,
  type Program,
  serverUser,
  startServerProcess,
} from '@tollgate/servers';
import type { MeasuredRedis } from '../processes/measured-redis.ts';
import { audit } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import { neverReached } from './peer-questions.ts';

/** The same limits as the gate's: see `LimitCount`. */
const limits = {
  key: { unit: 'minute', requests_per_unit: neverReached },
  tenant_rate: { unit: 'minute', requests_per_unit: neverReached },
  tenant: { unit: 'month', requests_per_unit: neverReached },
  audit_single: { unit: 'month', requests_per_unit: audit.single },
  audit_key: { unit: 'day', requests_per_unit: audit.key },
  audit_tenant: { unit: 'month', requests_per_unit: audit.tenant },
};

/** Starts envoyproxy/ratelimit as its README runs it: with its defaults, on this Redis. */
export async function startRatelimit(options: {
  program: Pick<Program, 'file'>;
  redis: MeasuredRedis;
  folder: string;
}): Promise<Contestant> {
  const { program, redis, folder } = options;
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
      REDIS_URL: new URL(redis.url).host,
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
    parts: { limiter: [server.pid], Redis: [redis.pid] },
    kind: 'ratelimit',
    redis,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
