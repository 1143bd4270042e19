import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { eventually } from '@tollgate/testkit';
import { accountName, shardNames } from '../src/counters/names.ts';
import { readAccount, readCounter, readCredential } from '../src/counters/strings.ts';
import type { GateAnswer } from './support/gate-client.ts';
import { quota, rate, startTestMetering, type TestMetering } from './support/metering.ts';

let metering: TestMetering;
beforeAll(async () => {
  metering = await startTestMetering();
});
afterAll(async () => metering?.[Symbol.asyncDispose]());

const names = shardNames(0);

/** What Redis holds of tenants: their accounts' use, what their credentials counted, all ids. */
async function counted(tenants: readonly TenantId[]) {
  return metering.inRedis(async (redis) => {
    const accounts = await Promise.all(
      tenants.map((tenant) => redis.getBuffer(names.account(accountName(tenant, 'live')))),
    );
    const used = accounts.reduce(
      (sum, bytes) => sum + (bytes ? (readAccount(bytes).windows[0]?.used ?? 0) : 0),
      0,
    );
    let admitted = 0;
    for (const tenant of tenants) {
      const account = accountName(tenant, 'live');
      for (const name of await redis.keys(`${names.account(account)}:key_*`)) {
        const bytes = await redis.getBuffer(name);
        if (bytes) admitted += readCredential(bytes).admitted;
      }
      for (const name of await redis.keys(`${names.account(account)}:usage:*`)) {
        const slots = await redis.hgetallBuffer(name);
        for (const bytes of Object.values(slots)) admitted += readCounter(bytes).admitted;
      }
    }
    const sets = await redis.keys('tg:{s0}:ids:*');
    const sizes = await Promise.all(sets.map((set) => redis.scard(set)));
    return { used, admitted, ids: sizes.reduce((sum, size) => sum + size, 0) };
  });
}

test('two gates under load, retries at the other one: admitted = months = ids, to the unit', async () => {
  // Of calls that gates have made for themselves, which are not counted.
  const { ids: before } = await counted([]);
  const tenants = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      metering.entitle({
        limits: [quota(200 + at * 50), ...(at % 2 === 0 ? [rate(100_000, 'second')] : [])],
      }),
    ),
  );
  const calls = Array.from({ length: 4_000 }, (_, at) => ({
    tenant: tenants[at % tenants.length] ?? '',
    key: `key_${at % 40}`,
    key_limit: at % 3 === 0 ? '1000000/60' : 'none',
    rid: randomUUID(),
  }));
  const ask = (call: (typeof calls)[number], gate: 0 | 1) => metering.gates[gate].admit(call);
  const admittedIds = new Set<string>();
  const note = (answer: GateAnswer) => {
    expect(['OK', 'OVER_LIMIT']).toContain(answer.code);
    if (answer.code === 'OK') admittedIds.add(answer.requestId);
  };
  for (let at = 0; at < calls.length; at += 400) {
    const some = calls.slice(at, at + 400);
    const first = some.map((call, place) => ask(call, place % 2 === 0 ? 0 : 1));
    // Every fifth one is asked again at the other gate, while the first question is under way.
    const again = some.flatMap((call, place) =>
      place % 5 === 0 ? [ask(call, place % 2 === 0 ? 1 : 0)] : [],
    );
    for (const answer of await Promise.all([...first, ...again])) note(answer);
  }
  // Each tenant has been asked for far more than its quota.
  const expected = tenants.reduce((sum, _, at) => sum + 200 + at * 50, 0);
  expect(admittedIds.size).toBe(expected);
  const { ids, ...sums } = await counted(tenants);
  expect({ ...sums, ids: ids - before }).toEqual({
    used: expected,
    admitted: expected,
    ids: expected,
  });
  await eventually({ withinMs: 10_000 }, async () => {
    const [row] = await metering.place.database.sql<{ sum: string }>(
      'select sum(admitted - given_back) from metering.usage_counter',
    );
    expect(Number(row?.sum)).toBe(expected);
  });
});
