import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { type TenantId, toProtoTime } from '@tollgate/api';
import type { PlanLimitSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import {
  EntitlementsChangedSchema,
  type EntitlementsSchema,
} from '@tollgate/api/tollgate/billing/v1/events';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import { newId } from '@tollgate/runtime/database';
import { type EventBus, openEventBus } from '@tollgate/runtime/events';
import { systemClock } from '@tollgate/runtime/service';
import {
  type FreshDatabase,
  freshDatabase,
  type OwnServer,
  ownNats,
  ownRedis,
  principalToken,
  rpcClient,
  testIdentity,
  testPlatform,
} from '@tollgate/testkit';
import { Redis } from 'ioredis';
import { gate } from '../../src/gate.ts';
import { migrations } from '../../src/migrations/index.ts';
import { recorder } from '../../src/recorder.ts';
import { type GateClient, gateClient } from './gate-client.ts';
import { type Link, openLink } from './link.ts';

/** Metering as a whole on servers of its own: a recorder, two gates, no Billing. */
export interface TestMetering extends AsyncDisposable {
  readonly database: FreshDatabase;
  readonly redis: OwnServer;
  readonly bus: EventBus;
  readonly gates: readonly [GateClient, GateClient];
  /** The first gate's way to Redis; the recorder and the other gate have their own. */
  readonly link: Link;
  /** A number that the first gate publishes about itself. */
  metric(name: string): Promise<number>;
  readonly recorder: { readonly rpc: string; readonly envoy: string };
  /** A client of the public API for a user of the tenant. */
  usageApi(tenantId: TenantId): ReturnType<typeof usageClient>;
  readonly internal: ReturnType<typeof internalUsageClient>;
  /** Announces entitlements as Billing does. Answers when both gates and the recorder know them. */
  entitle(terms?: Terms): Promise<TenantId>;
  /** Looks into Redis. */
  inRedis<T>(look: (redis: Redis) => Promise<T>): Promise<T>;
}

type Terms = MessageInitShape<typeof EntitlementsSchema>;

/** Starts it; `settings` change what its parts are told. */
export async function startTestMetering(
  settings: {
    snapshotIntervalMs?: number;
    requestRecordTtlMs?: number;
    redisTimeoutMs?: number;
  } = {},
): Promise<TestMetering> {
  await using opened = new AsyncDisposableStack();
  const [database, redis, nats] = await Promise.all([
    freshDatabase({ migrations: { metering: migrations } }),
    ownRedis(),
    ownNats(),
  ]);
  opened.use(database);
  opened.use(redis);
  opened.use(nats);
  const config = {
    database: { url: database.urls.metering, poolMax: 10 },
    natsUrl: nats.url,
    redisUrl: redis.url,
    // Nobody listens there: what Billing says comes by event only.
    billingUrl: 'http://127.0.0.1:9',
    requestRecordTtlMs: settings.requestRecordTtlMs ?? 120_000,
    rpcAddress: { host: '127.0.0.1', port: 0 },
    envoy: { address: { host: '127.0.0.1', port: 0 }, transport: 'unary-grpc' as const },
    snapshotIntervalMs: settings.snapshotIntervalMs ?? 100,
    // Far more patient than in production: the tests share a busy machine.
    redisTimeoutMs: settings.redisTimeoutMs ?? 2_000,
    apiLimitPerMinute: 60,
    anonymousLimitPerMinute: 5,
  };
  const central = opened.use(await recorder.start(config, opened.use(testPlatform('metering'))));
  const link = opened.use(await openLink(redis.url));
  const platforms = [opened.use(testPlatform('metering')), opened.use(testPlatform('metering'))];
  const gates = await Promise.all(
    platforms.map(async (platform, at) => {
      const redisUrl = at === 0 ? link.url : redis.url;
      const started = opened.use(await gate.start({ ...config, redisUrl }, platform));
      return opened.use(gateClient(started.addresses['envoy'] ?? ''));
    }),
  );
  const platform = opened.use(testPlatform('billing'));
  const bus = opened.use(await openEventBus({ url: nats.url, ...platform }));
  const stack = opened.move();
  const rpc = central.addresses['rpc'] ?? '';
  return {
    database,
    redis,
    bus,
    gates: gates as [GateClient, GateClient],
    link,
    async metric(name) {
      const values = await platforms[0]?.metrics.getSingleMetric(name)?.get();
      return values?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
    recorder: { rpc, envoy: central.addresses['envoy'] ?? '' },
    usageApi: (tenantId) => usageClient(rpc, tenantId),
    internal: internalUsageClient(rpc),
    entitle: (terms) => entitle({ bus, database, gates }, terms),
    async inRedis(look) {
      const connection = new Redis(redis.url);
      try {
        return await look(connection);
      } finally {
        connection.disconnect();
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function usageClient(address: string, tenantId: TenantId) {
  const token = principalToken({
    kind: 'user',
    subject: newId('usr'),
    tenantId,
    environment: 'live',
    role: 'owner',
  });
  return rpcClient(MeteringService, { address, token });
}

function internalUsageClient(address: string) {
  const token = testIdentity('billing').signServiceToken();
  return rpcClient(MeteringInternalService, { address, token });
}

async function entitle(
  { bus, database }: { bus: EventBus; database: FreshDatabase; gates: GateClient[] },
  terms: Terms = {},
): Promise<TenantId> {
  const tenantId = (terms.tenantId || newId('ten')) as TenantId;
  const entitlements = {
    version: 1n,
    planId: 'plan_test',
    onLimiterUnavailable: 'deny' as const,
    ...terms,
    tenantId,
  };
  await publish(bus, tenantId, { entitlements });
  for (;;) {
    const [row] = await database.sql<{ version: string }>(
      'select version from metering.policy where tenant_id = $1',
      [tenantId],
    );
    if (row && BigInt(row.version) >= entitlements.version) return tenantId;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Publishes an event of Billing. */
export async function publish(
  bus: EventBus,
  tenantId: TenantId,
  payload: MessageInitShape<typeof EntitlementsChangedSchema>,
): Promise<void> {
  const id = newId('evt');
  const event = create(EventSchema, {
    eventId: id,
    type: 'billing.entitlements.changed',
    eventTime: toProtoTime(systemClock.now()),
    tenantId,
    environment: 'live',
    entityId: tenantId,
    entityVersion: payload.entitlements?.version ?? 1n,
    payload: anyPack(EntitlementsChangedSchema, create(EntitlementsChangedSchema, payload)),
  });
  const envelope = toBinary(EventSchema, event);
  await bus.publish({ subject: 'billing.entitlements.changed', id, envelope });
}

/** A monthly quota, as a plan states it. */
export function quota(requests: number): MessageInitShape<typeof PlanLimitSchema> {
  return {
    limitId: 'requests-per-month',
    kind: 'quota',
    requests: BigInt(requests),
    window: 'month',
  };
}

/** A rate, as a plan states it. */
export function rate(
  requests: number,
  window: 'second' | 'minute' | 'hour',
  burst = 0,
): MessageInitShape<typeof PlanLimitSchema> {
  const limitId = `requests-per-${window}`;
  return { limitId, kind: 'rate', requests: BigInt(requests), window, burst: BigInt(burst) };
}
