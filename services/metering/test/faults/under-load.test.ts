import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { eventually } from '@tollgate/testkit';
import { idInSets } from '../../src/admission/packed-id.ts';
import { msPerSlot, slotAt } from '../../src/counters/domain/slot.ts';
import { monthAt } from '../../src/counters/domain/usage-window.ts';
import { type Heard, startLoad } from '../support/load.ts';
import { type MeteringProcesses, startMeteringProcesses } from '../support/processes.ts';

/** As deployed. */
const kept = { appendonly: 'yes', appendfsync: 'everysec' };

/** Reached by a load after its fault. */
const quotas = [400, 500, 600];
const neverReached = 1_000_000;

let metering: MeteringProcesses;
let limited: TenantId[];
let tenants: TenantId[];
async function start(redisSettings: Readonly<Record<string, string>>): Promise<void> {
  metering = await startMeteringProcesses(redisSettings);
  limited = await Promise.all(quotas.map((requests) => metering.entitle(requests)));
  tenants = [...limited, await metering.entitle(neverReached)];
}
afterEach(async () => metering?.[Symbol.asyncDispose]());

function quotaOf(tenant: TenantId): number {
  return quotas[limited.indexOf(tenant)] ?? neverReached;
}

function counted(heard: readonly Heard[], tenant: TenantId, said: Heard['said']): number {
  return heard.filter((call) => call.tenant === tenant && call.said === said).length;
}

/** Answers what is billed, when Postgres and the months in Redis say the same. */
async function billed(): Promise<Map<TenantId, number>> {
  return eventually({ withinMs: 10_000 }, async () => {
    const saved = await Promise.all(tenants.map(metering.saved));
    expect(saved).toEqual(await Promise.all(tenants.map(metering.used)));
    return new Map(tenants.map((tenant, at) => [tenant, saved[at] ?? 0]));
  });
}

/** Of these calls, how many Redis remembers as charged. */
async function remembered(heard: readonly Heard[]): Promise<number> {
  const ids = await metering.inRedis(async (redis) => {
    const sets = await redis.keys('tg:{s0}:ids:*');
    const members = await Promise.all(sets.map((set) => redis.smembersBuffer(set)));
    return new Set(members.flat().map((id) => id.toString('latin1')));
  });
  return heard.filter(({ rid }) => ids.has(idInSets(rid).toString('latin1'))).length;
}

/** Every call is asked until it is decided, and a fault that loses nothing happens meanwhile. */
async function expectExact(fault: () => Promise<void>): Promise<void> {
  await start(kept);
  await using load = startLoad({ tenants, gates: metering.gates, isPatient: true });
  await load.pass(400);
  await fault();
  await load.refused(limited);
  const heard = await load.stop();
  const passed = new Map(tenants.map((tenant) => [tenant, counted(heard, tenant, 'OK')]));
  expect(limited.map((tenant) => passed.get(tenant))).toEqual(quotas);
  expect(await billed()).toEqual(passed);
  const ok = heard.filter(({ said }) => said === 'OK');
  expect([await remembered(ok), await remembered(heard)]).toEqual([ok.length, ok.length]);
}

test('a gate killed under load: passed = billed = ids, to the unit', async () => {
  await expectExact(async () => {
    await metering.first.kill();
    await metering.replaceFirst();
  });
});

test('a gate that stands still for four seconds: passed = billed = ids, to the unit', async () => {
  await expectExact(async () => {
    metering.first.pause();
    // The fault itself: nothing waits for it.
    await delay(4_000);
    metering.first.resume();
  });
});

test('Redis killed and back with its data: passed = billed = ids, to the unit', async () => {
  await expectExact(async () => {
    await metering.redis.kill();
    await metering.redis.start({ data: 'kept' });
  });
});

/**
 * Calls that hear nothing are left, and Redis comes back with less than it had. What was counted and
 * not saved is lost, and no more: it is served beyond the quota, and never billed.
 */
async function expectOnlyLost(
  lose: () => Promise<void>,
  earlier: readonly Heard[] = [],
): Promise<void> {
  await using load = startLoad({ tenants, gates: metering.gates, isPatient: false });
  await load.pass(400);
  await eventually({ withinMs: 10_000 }, async () => {
    expect(Math.min(...(await Promise.all(tenants.map(metering.saved))))).toBeGreaterThan(0);
  });
  await metering.redis.kill();
  const savedThen = await Promise.all(tenants.map(metering.saved));
  const backMs = performance.now();
  await lose();
  await load.refused(limited);
  const heard = [...earlier, ...(await load.stop())];
  const bills = await billed();
  for (const [at, tenant] of tenants.entries()) {
    const before = heard.filter(({ askedMs }) => askedMs < backMs);
    const lostMost = Math.max(0, counted(before, tenant, 'OK') - (savedThen[at] ?? 0));
    const passed = counted(heard, tenant, 'OK');
    const bill = bills.get(tenant) ?? 0;
    expect(savedThen[at]).toBeGreaterThan(0);
    expect(passed).toBeLessThanOrEqual(quotaOf(tenant) + lostMost);
    expect(bill).toBeLessThanOrEqual(quotaOf(tenant));
    expect(bill).toBeLessThanOrEqual(passed + counted(heard, tenant, 'unknown'));
    expect(bill).toBeGreaterThanOrEqual(passed - lostMost);
  }
}

test('Redis killed and back empty: no more is lost than was counted and not saved', async () => {
  await start(kept);
  await expectOnlyLost(() => metering.redis.start({ data: 'empty' }));
});

/** Makes what was counted so far an hour older, in Redis and in Postgres, as far as its month goes. */
async function age(): Promise<void> {
  const nowUs = Date.now() * 1_000;
  const slots = Math.min(4, slotAt(nowUs).index - slotAt(monthAt(nowUs).startUs).index);
  await metering.database.sql(
    "update metering.usage_counter set slot = slot - $1 * interval '1 ms'",
    [slots * msPerSlot],
  );
  await metering.inRedis(async (redis) => {
    for (const name of await redis.keys('tg:{s0}:ten_*:live:key_*')) {
      const bytes = await redis.getBuffer(name);
      bytes?.writeUInt32LE(bytes.readUInt32LE(0) - slots, 0);
      if (bytes) await redis.set(name, bytes);
    }
    // After an hour no call is remembered.
    await redis.del('none', ...(await redis.keys('tg:{s0}:ids:*')));
  });
}

test('Redis killed and back from a dump of an hour ago: no more is lost than was not saved', async () => {
  await start({ save: '' });
  await using earlier = startLoad({ tenants, gates: metering.gates, isPatient: true });
  await earlier.pass(200);
  const heard = await earlier.stop();
  await billed();
  await age();
  await metering.inRedis((redis) => redis.save());
  await expectOnlyLost(() => metering.redis.start({ data: 'kept' }), heard);
});
