import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { eventually, ownRedis, testPlatform } from '@tollgate/testkit';
import { openCounters } from '../../src/counters/connect.ts';
import { UnsafeRedis } from '../../src/counters/follow-server.ts';
import { tally } from '../support/gate-client.ts';
import { quota, rate, startTestMetering, type TestMetering } from '../support/metering.ts';

let metering: TestMetering;
beforeEach(async () => {
  metering = await startTestMetering({ gate: { TOLLGATE_REDIS_TIMEOUT_MS: '250' } });
});
afterEach(async () => metering?.[Symbol.asyncDispose]());

function admitMany(count: number, tenant: TenantId, entries = {}) {
  return Promise.all(
    Array.from({ length: count }, () => metering.gates[0].admit({ tenant, ...entries })),
  );
}

async function usageOf(tenant: TenantId): Promise<number> {
  return Number((await metering.usageApi(tenant).getUsage({})).total);
}

test('Redis gone, plan denies: every call gets an error in time, and none is charged', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  await admitMany(2, tenant);
  expect(await usageOf(tenant)).toBe(2);
  await metering.redis.kill();
  const startedMs = performance.now();
  expect(tally(await admitMany(20, tenant))).toEqual({ 14: 20 });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await metering.redis.start({ data: 'empty' });
  await eventually({ withinMs: 10_000 }, async () => {
    expect(tally(await admitMany(1, tenant))).toEqual({ OK: 1 });
  });
  expect(await usageOf(tenant)).toBe(3);
});

test('Redis gone, plan allows: calls pass under a local limit, labelled, and are charged later', async () => {
  const tenant = await metering.entitle({
    limits: [rate(6, 'hour'), quota(100)],
    onLimiterUnavailable: 'allow',
  });
  await admitMany(1, tenant);
  expect(await usageOf(tenant)).toBe(1);
  await metering.redis.kill();
  const answers = await admitMany(10, tenant);
  expect(tally(answers)).toEqual({ OK: 6, OVER_LIMIT: 4 });
  expect(answers[0]?.response?.responseHeadersToAdd).toMatchObject([
    { key: 'x-tollgate-degraded', value: 'true' },
  ]);
  // Two of them fail while the counters are still away; the other gate is told of one.
  const [failed, told] = answers;
  await metering.gates[0].giveBack({ tenant, rid: failed?.requestId ?? '' });
  await metering.gates[1].giveBack({ tenant, rid: told?.requestId ?? '' });
  await metering.redis.start({ data: 'empty' });
  await eventually({ withinMs: 10_000 }, async () => expect(await usageOf(tenant)).toBe(5));
  // And a repetition, which the other gate hears of only now, is not charged again.
  const [, , other] = answers;
  await metering.gates[1].admit({ tenant, rid: other?.requestId ?? '' });
  expect(await usageOf(tenant)).toBe(5);
});

test('Redis back before Postgres: what was let through is charged when both are there', async () => {
  const tenant = await metering.entitle({ limits: [], onLimiterUnavailable: 'allow' });
  await admitMany(1, tenant);
  expect(await usageOf(tenant)).toBe(1);
  await metering.redis.kill();
  expect(tally(await admitMany(4, tenant))).toEqual({ OK: 4 });
  // Postgres cannot say what was used: the counters cannot be restored yet.
  await metering.place.database.sql('alter table metering.tenant_epoch rename to hidden');
  await metering.redis.start({ data: 'empty' });
  await eventually({ withinMs: 10_000 }, async () => {
    const api = await admitMany(1, tenant, { class: 'api' });
    expect(api[0]?.response?.responseHeadersToAdd).toEqual([]);
  });
  // One after the other, so that meanwhile the gate tries in vain to charge those before.
  for (let call = 0; call < 100; call += 1) await admitMany(1, tenant);
  await metering.place.database.sql('alter table metering.hidden rename to tenant_epoch');
  await eventually({ withinMs: 10_000 }, async () => expect(await usageOf(tenant)).toBe(105));
});

test('Redis hangs: calls are refused in time, and what it gets to see later charges nothing', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  await admitMany(1, tenant);
  metering.redis.pause();
  try {
    const startedMs = performance.now();
    expect(tally(await admitMany(10, tenant))).toEqual({ 14: 10 });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  } finally {
    metering.redis.resume();
  }
  await eventually({ withinMs: 10_000 }, async () => {
    expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
  });
  expect(await usageOf(tenant)).toBe(2);
});

test('Redis gone: our own API stays reachable under a local limit', async () => {
  const tenant = await metering.entitle({ limits: [] });
  await metering.redis.kill();
  expect(tally(await admitMany(62, tenant, { class: 'api' }))).toEqual({ OK: 60, OVER_LIMIT: 2 });
});

test('Redis gone: usage is read from the last snapshot, and the answer says so', async () => {
  const tenant = await metering.entitle({ limits: [] });
  await admitMany(4, tenant);
  expect(await usageOf(tenant)).toBe(4);
  await metering.redis.kill();
  let degraded: string | null = null;
  const onHeader = (headers: Headers) => {
    degraded = headers.get('x-tollgate-degraded');
  };
  const { total } = await metering.usageApi(tenant).getUsage({}, { onHeader });
  expect(total).toBe(4n);
  expect(degraded).toBe('true');
});

test('a Redis that may throw counters away is not counted with', async () => {
  await using redis = await ownRedis({ 'maxmemory-policy': 'allkeys-lru' });
  using platform = testPlatform('metering');
  await expect(openCounters({ url: redis.url, name: 'test' }, platform)).rejects.toThrow(
    UnsafeRedis,
  );
});
