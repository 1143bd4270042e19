import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { eventually } from '@tollgate/testkit';
import { idInSets } from '../../src/admission/packed-id.ts';
import { accountName, shardNames } from '../../src/counters/names.ts';
import { quota, rate, startTestMetering, type TestMetering } from '../support/metering.ts';

const requestRecordTtlMs = 1_000;
let metering: TestMetering;
beforeAll(async () => {
  metering = await startTestMetering({
    gate: { TOLLGATE_REDIS_TIMEOUT_MS: '250' },
    both: { TOLLGATE_REQUEST_RECORD_TTL_MS: String(requestRecordTtlMs) },
  });
});
afterAll(async () => metering?.[Symbol.asyncDispose]());

type Limits = ReturnType<typeof quota>[];

/** A tenant whose calls pass while the counters are away. */
function entitle(limits: Limits = []): Promise<TenantId> {
  return metering.entitle({ limits, onLimiterUnavailable: 'allow' });
}

/** Such a tenant, of whom Redis knows that nothing has been used. */
async function counted(): Promise<TenantId> {
  const tenant = await entitle();
  const { requestId: rid } = await metering.gates[1].admit({ tenant });
  await metering.gates[1].giveBack({ tenant, rid });
  return tenant;
}

async function usageOf(tenant: TenantId): Promise<number> {
  return Number((await metering.usageApi(tenant).getUsage({})).total);
}

async function linkWorks(tenant: TenantId): Promise<void> {
  metering.link.mend();
  await eventually({ withinMs: 10_000 }, async () => {
    const api = await metering.gates[0].admit({ tenant, class: 'api' });
    expect(api.response?.responseHeadersToAdd).toEqual([]);
  });
}

/** Makes the plan's rate whole again, by leaving it out of the account. */
async function refill(tenant: TenantId): Promise<void> {
  const name = shardNames(0).account(accountName(tenant, 'live'));
  await metering.inRedis(async (redis) => {
    const bytes = await redis.getBuffer(name);
    if (bytes) await redis.set(name, bytes.subarray(0, 45));
  });
}

async function nothingIsOwed(): Promise<void> {
  await eventually({ withinMs: 10_000 }, async () => {
    expect(await metering.metric('tollgate_metering_owed_operations')).toBe(0);
  });
}

/** Makes Redis forget the call, when it would have forgotten one that it was told of now as well. */
async function forgotten(requestId: string): Promise<void> {
  await metering.inRedis(async (redis) => {
    await redis.set('later', '-', 'PX', requestRecordTtlMs);
    await eventually({ withinMs: 10_000 }, async () => expect(await redis.exists('later')).toBe(0));
    for (const set of await redis.keys('tg:{s0}:ids:*')) await redis.srem(set, idInSets(requestId));
    for (const set of await redis.keys('tg:{s0}:void:*')) {
      await redis.srem(set, idInSets(requestId));
    }
  });
}

test('charged, the answer lost, and refused by the gate alone: the charge is taken back', async () => {
  const tenant = await entitle([rate(1, 'hour'), quota(100)]);
  // The gate alone has let one pass, and Redis would let another pass.
  metering.link.cut();
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
  await refill(tenant);

  metering.link.loseAnswers();
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OVER_LIMIT');
  expect(await usageOf(tenant)).toBe(2);
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
});

test('refused without having asked Redis: nothing is owed for it', async () => {
  const tenant = await entitle([rate(1, 'hour')]);
  metering.link.cut();
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
  const before = await metering.metric('tollgate_metering_owed_operations');
  for (let call = 0; call < 20; call += 1) {
    expect((await metering.gates[0].admit({ tenant })).code).toBe('OVER_LIMIT');
  }
  expect(await metering.metric('tollgate_metering_owed_operations')).toBe(before);
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
});

test('charged, the answer lost, and Redis back while it remembers: charged once', async () => {
  const tenant = await counted();
  metering.link.loseAnswers();
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
  expect(await usageOf(tenant)).toBe(1);
  metering.link.mend();
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
});

test('charged, the answer lost, and Redis back when it has forgotten: not charged again', async () => {
  const lostBefore = await metering.metric('tollgate_metering_owed_lost_total');
  const tenant = await counted();
  metering.link.loseAnswers();
  const { code, requestId } = await metering.gates[0].admit({ tenant });
  expect(code).toBe('OK');
  expect(await usageOf(tenant)).toBe(1);
  await forgotten(requestId);
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
  expect(await metering.metric('tollgate_metering_owed_lost_total')).toBe(lostBefore + 1);
});

test('charged, the answer lost, saved, and Redis back empty: not charged again', async () => {
  const lostBefore = await metering.metric('tollgate_metering_owed_lost_total');
  const tenant = await counted();
  metering.link.loseAnswers();
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
  expect(await usageOf(tenant)).toBe(1);
  await metering.redis.kill();
  await metering.redis.start({ data: 'empty' });
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
  expect(await metering.metric('tollgate_metering_owed_lost_total')).toBe(lostBefore + 1);
});

test('a failed call whose charge was asked for, and whose end is forgotten, is not charged', async () => {
  const tenant = await entitle();
  // Redis has lost the tenant's counters: it refuses to charge, and the gate does not get to know.
  metering.link.loseAnswers();
  const { code, requestId } = await metering.gates[0].admit({ tenant });
  expect(code).toBe('OK');
  await metering.gates[1].giveBack({ tenant, rid: requestId });
  expect(await usageOf(tenant)).toBe(0);
  await forgotten(requestId);
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(0);
});

test('let through without asking Redis: charged however long it was out of reach', async () => {
  const tenant = await entitle();
  metering.link.cut();
  const { code, requestId } = await metering.gates[0].admit({ tenant });
  expect(code).toBe('OK');
  await forgotten(requestId);
  await linkWorks(tenant);
  await nothingIsOwed();
  expect(await usageOf(tenant)).toBe(1);
});
