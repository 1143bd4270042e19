import type { TenantId } from '@tollgate/api';
import { recorder } from '@tollgate/metering';
import type { Clock } from '@tollgate/runtime/service';
import { type FreshDatabase, ownRedis, testPlatform } from '@tollgate/testkit';

/** The real Metering beside Billing, over the same database and bus. */
export interface Metering extends AsyncDisposable {
  readonly url: string;
  /** Ends its Redis as a power cut would. */
  killRedis(): Promise<void>;
  /** Stops answering, for good. */
  stop(): Promise<void>;
}

/** Starts Metering's recorder with a Redis of its own. */
export async function startMeteringFor(parts: {
  readonly clock: Clock;
  readonly database: FreshDatabase;
  readonly natsUrl: string;
}): Promise<Metering> {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await ownRedis());
  const anyPort = { host: '127.0.0.1', port: 0 };
  const config = {
    rpcAddress: anyPort,
    envoy: { address: anyPort, transport: 'unary-grpc' as const },
    database: { url: parts.database.urls.metering, poolMax: 5 },
    natsUrl: parts.natsUrl,
    redisUrl: redis.url,
    // Metering asks Billing only for tenants that call, and none does here.
    billingUrl: 'http://127.0.0.1:9',
    requestRecordTtlMs: 120_000,
    snapshotIntervalMs: 1_000,
  };
  const platform = testPlatform('metering', { clock: parts.clock });
  const service = opened.use(await recorder.start(config, platform));
  const everything = opened.move();
  return {
    url: `http://${service.addresses.rpc}`,
    killRedis: () => redis.kill(),
    stop: async () => service[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

/** Usage as an earlier hour left it in Metering's tables; a bill needs no call for it. */
export async function record(
  database: FreshDatabase,
  usage: {
    readonly tenantId: TenantId;
    readonly environment?: 'test' | 'live';
    readonly hour: string;
    readonly admitted: bigint;
    readonly givenBack?: bigint;
  },
): Promise<void> {
  const { tenantId, environment = 'live', hour, admitted, givenBack = 0n } = usage;
  await database.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, hour, key_id, admitted, given_back)
     values ($1, $2, 'requests', $3, 'key_sample', $4, $5)`,
    [tenantId, environment, hour, admitted, givenBack],
  );
}
