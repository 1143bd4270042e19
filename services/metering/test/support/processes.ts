import type { TenantId } from '@tollgate/api';
import { newId } from '@tollgate/runtime/database';
import {
  type FreshDatabase,
  freshDatabase,
  type MeteringProcess,
  type OwnServer,
  ownNats,
  ownRedis,
  startMeteringProcess,
  storePolicies,
} from '@tollgate/testkit';
import { Redis } from 'ioredis';
import { accountName, shardNames } from '../../src/counters/names.ts';
import { readAccount } from '../../src/counters/strings.ts';
import { migrations } from '../../src/migrations/index.ts';
import { type GateClient, gateClient } from './gate-client.ts';

/** Two gates and a recorder as processes of their own, on servers of their own. */
export interface MeteringProcesses extends AsyncDisposable {
  readonly redis: OwnServer;
  readonly database: FreshDatabase;
  readonly first: MeteringProcess;
  /** Clients of the gates that run. */
  gates(): readonly GateClient[];
  /** Starts another gate in the first one's place, which has ended. */
  replaceFirst(): Promise<void>;
  /** A new tenant with a monthly quota, whose calls are refused while the counters are away. */
  entitle(requests: number): Promise<TenantId>;
  /** What Postgres knows to be billed. */
  saved(tenant: TenantId): Promise<number>;
  /** What the tenant's month says. */
  used(tenant: TenantId): Promise<number>;
  /** Looks into Redis. */
  inRedis<T>(look: (redis: Redis) => Promise<T>): Promise<T>;
}

/** A gate that stands still is left for the other one after this long, which is asked as long. */
const answerWithinMs = 1_000;

/** Starts them; `redisSettings` as in redis.conf. */
export async function startMeteringProcesses(
  redisSettings: Readonly<Record<string, string>> = {},
): Promise<MeteringProcesses> {
  await using opened = new AsyncDisposableStack();
  const [redis, nats, database] = await Promise.all([
    ownRedis(redisSettings),
    ownNats(),
    freshDatabase({ migrations: { metering: migrations } }),
  ]);
  for (const one of [redis, nats, database]) opened.use(one);
  const servers = {
    databaseUrl: database.urls.metering,
    natsUrl: nats.url,
    redisUrl: redis.url,
  };
  const startGate = async (stack: AsyncDisposableStack) => {
    const settings = {
      TOLLGATE_REDIS_TIMEOUT_MS: '250',
      TOLLGATE_DECISION_TIMEOUT_MS: String(2 * answerWithinMs),
    };
    const gate = stack.use(await startMeteringProcess('gate', { servers, settings }));
    const client = stack.use(gateClient(gate.address, { timeoutMs: answerWithinMs }));
    return { gate, client };
  };
  const settings = { TOLLGATE_SNAPSHOT_INTERVAL_MS: '100' };
  opened.use(await startMeteringProcess('recorder', { servers, settings }));
  let first = await startGate(opened);
  const second = await startGate(opened);
  const everything = opened.move();
  async function inRedis<T>(look: (connection: Redis) => Promise<T>): Promise<T> {
    const connection = new Redis(redis.url);
    try {
      return await look(connection);
    } finally {
      connection.disconnect();
    }
  }
  return {
    redis,
    database,
    get first() {
      return first.gate;
    },
    gates: () => [first.client, second.client],
    async replaceFirst() {
      first = await startGate(everything);
    },
    async entitle(requests) {
      const tenantId = newId('ten');
      await storePolicies(database, [{ tenantId, requestsPerMonth: requests }]);
      return tenantId;
    },
    async saved(tenant) {
      const [row] = await database.sql<{ saved: string | null }>(
        'select sum(admitted - given_back) as saved from metering.usage_counter where tenant_id = $1',
        [tenant],
      );
      return Number(row?.saved ?? 0);
    },
    async used(tenant) {
      const name = shardNames(0).account(accountName(tenant, 'live'));
      const bytes = await inRedis((connection) => connection.getBuffer(name));
      return bytes ? (readAccount(bytes).windows[0]?.used ?? 0) : 0;
    },
    inRedis,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
