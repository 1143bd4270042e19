import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { TenantId } from '@tollgate/api';
import { entitlementsChanged } from '@tollgate/api/events';
import type { PlanLimitSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import { newId } from '@tollgate/runtime/database';
import {
  eventually,
  type OwnServer,
  startForTest,
  type TestPlace,
  type TestService,
  user,
} from '@tollgate/testkit';
import { Redis } from 'ioredis';
import { type GateClient, gateClient } from './gate-client.ts';
import { type Link, openLink } from './link.ts';

/** Metering as a whole on servers of its own: a recorder, two gates, no Billing. */
export interface TestMetering extends AsyncDisposable {
  readonly place: TestPlace;
  readonly redis: OwnServer;
  readonly recorder: TestService;
  readonly gates: readonly [GateClient, GateClient];
  /** The first gate's way to Redis; the recorder and the other gate have their own. */
  readonly link: Link;
  /** A number that the first gate publishes about itself. */
  metric(name: string): Promise<number>;
  /** What the other gate says of Redis. */
  redisHealth(): string;
  /** A client of the public API for a user of the tenant. */
  usageApi(tenantId: TenantId): Client<typeof MeteringService>;
  /**
   * Announces entitlements as Billing does, by default those of a new tenant. Answers when both
   * gates and the recorder can know them.
   */
  entitle(terms?: Terms, tenantId?: TenantId): Promise<TenantId>;
  /** Looks into Redis. */
  inRedis<T>(look: (redis: Redis) => Promise<T>): Promise<T>;
}

type Terms = MessageInitShape<typeof EntitlementsSchema>;

/** Settings beyond those of the tests, for both kinds of process and for the gates alone. */
export interface MeteringSettings {
  readonly both?: Readonly<Record<string, string>>;
  readonly gate?: Readonly<Record<string, string>>;
}

const settingsOfBoth = { TOLLGATE_DATABASE_POOL_MAX: '10' };
const settingsOfRecorder = { TOLLGATE_SNAPSHOT_INTERVAL_MS: '100' };
const settingsOfGate = {
  // As patient with Redis as a gate can be told to be: the tests share a busy machine.
  TOLLGATE_REDIS_TIMEOUT_MS: '1000',
  TOLLGATE_API_LIMIT_PER_MINUTE: '60',
  TOLLGATE_ANONYMOUS_LIMIT_PER_MINUTE: '5',
};

/** Starts it. */
export async function startTestMetering(given: MeteringSettings = {}): Promise<TestMetering> {
  const both = { ...settingsOfBoth, ...given.both };
  await using opened = new AsyncDisposableStack();
  const recorder = opened.use(
    await startForTest('recorder', { settings: { ...both, ...settingsOfRecorder } }),
  );
  const { place } = recorder;
  const redis = await place.redis();
  const link = opened.use(await openLink(redis.url));
  async function startGate(redisUrl: string) {
    const own = { ...both, ...settingsOfGate, ...given.gate, TOLLGATE_REDIS_URL: redisUrl };
    return opened.use(await startForTest('gate', { beside: recorder, settings: own }));
  }
  const first = await startGate(link.url);
  const second = await startGate(redis.url);
  const clientOf = (gate: TestService) => opened.use(gateClient(gate.address('envoy')));
  const gates = [clientOf(first), clientOf(second)] as const;
  const stack = opened.move();
  return {
    place,
    redis,
    recorder,
    gates,
    link,
    async metric(name) {
      const values = await first.platform.metrics.getSingleMetric(name)?.get();
      return values?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
    redisHealth() {
      const part = second.platform.health.parts.get('redis');
      return part?.detail ?? part?.state ?? 'unknown';
    },
    usageApi: (tenantId) => recorder.client(MeteringService, user(tenantId)),
    entitle: (terms, tenantId) => entitle(place, terms, tenantId),
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

async function entitle(
  place: TestPlace,
  terms: Terms = {},
  tenantId = newId('ten'),
): Promise<TenantId> {
  const version = terms.version ?? 1n;
  const usual = { planId: 'plan_test', onLimiterUnavailable: 'deny' } as const;
  await place.publishAs(entitlementsChanged, {
    tenantId,
    entityVersion: version,
    payload: { entitlements: { ...usual, ...terms, version, tenantId } },
  });
  await eventually({ withinMs: 10_000 }, async () => {
    const [row] = await place.database.sql<{ version: string }>(
      'select version from metering.policy where tenant_id = $1',
      [tenantId],
    );
    return row !== undefined && BigInt(row.version) >= version;
  });
  return tenantId;
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
