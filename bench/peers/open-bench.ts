import { ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { Redis } from 'ioredis';
import { freshDatabase, serverUrls } from '../../packages/testkit/src/index.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import { startLoader } from './load/start-loader.ts';
import { type Bench, redisPidOf } from './measure.ts';
import { entitleTenants } from './start-gates.ts';

/** Opens what contestants share: a database with the quotas of so many, a folder, a client. */
export async function openBench(contestants: number) {
  const { natsUrl, redisUrl } = serverUrls();
  const { envoy } = await ensurePrograms(['envoy']);
  await using opened = new AsyncDisposableStack();
  const { folder } = opened.adopt(temporaryFolder('tollgate-peers-'), (it) => it.remove());
  const redis = opened.adopt(new Redis(redisUrl), (it) => it.disconnect());
  const database = opened.use(await freshDatabase({ migrations: { metering: migrations } }));
  await entitleTenants(database.sql, contestants);
  const bench: Bench = {
    loader: opened.use(startLoader()),
    redis,
    redisPid: await redisPidOf(redis),
  };
  const versions = { envoy: envoy.version, redis: await version(redis) };
  const owned = opened.move();
  return {
    bench,
    folder,
    envoy,
    servers: { databaseUrl: database.urls.metering, natsUrl, redisUrl },
    versions,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function version(redis: Redis): Promise<string> {
  const info = await redis.info('server');
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return valkey ? `Valkey ${valkey}` : `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1]}`;
}
