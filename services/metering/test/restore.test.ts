import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { openDatabase } from '@tollgate/runtime/database';
import { eventually, testPlatform } from '@tollgate/testkit';
import { openCounters } from '../src/counters/connect.ts';
import { migrations } from '../src/migrations/index.ts';
import { readChangedOf } from '../src/snapshots/read-changed.ts';
import { saveRead } from '../src/snapshots/save-counters.ts';
import { type GateAnswer, tally } from './support/gate-client.ts';
import { quota, startTestMetering, type TestMetering } from './support/metering.ts';

let metering: TestMetering;
beforeEach(async () => {
  metering = await startTestMetering();
});
afterEach(async () => metering?.[Symbol.asyncDispose]());

async function usageOf(tenant: TenantId): Promise<number> {
  return Number((await metering.usageApi(tenant).getUsage({})).total);
}

async function admitMany(count: number, tenant: TenantId): Promise<GateAnswer[]> {
  const asked = Array.from({ length: count }, (_, at) =>
    metering.gates[at % 2 === 0 ? 0 : 1].admit({ tenant }),
  );
  return Promise.all(asked);
}

/** Asks until the answer is a decision. */
async function admitWhenBack(tenant: TenantId): Promise<GateAnswer> {
  return eventually({ withinMs: 10_000 }, async () => {
    const answer = await metering.gates[0].admit({ tenant });
    expect(['OK', 'OVER_LIMIT']).toContain(answer.code);
    return answer;
  });
}

async function savedUsage(tenant: TenantId): Promise<number> {
  const [row] = await metering.place.database.sql<{ used: string }>(
    'select coalesce(sum(admitted - given_back), 0) as used from metering.usage_counter where tenant_id = $1',
    [tenant],
  );
  return Number(row?.used);
}

test('Redis emptied under running connections: counts continue where Postgres has them', async () => {
  const tenant = await metering.entitle({ limits: [quota(10)] });
  expect(tally(await admitMany(7, tenant))).toEqual({ OK: 7 });
  expect(await usageOf(tenant)).toBe(7);

  await metering.inRedis((redis) => redis.flushall());

  // Both gates restore at the same time, and calls come meanwhile.
  expect(tally(await admitMany(50, tenant))).toEqual({ OK: 3, OVER_LIMIT: 47 });
  expect(await usageOf(tenant)).toBe(10);
});

test('Redis killed and back empty: counts continue where Postgres has them', async () => {
  const tenant = await metering.entitle({ limits: [quota(10)] });
  await admitMany(7, tenant);
  expect(await usageOf(tenant)).toBe(7);

  await metering.redis.kill();
  expect((await metering.gates[1].admit({ tenant })).code).toBe(14);
  await metering.redis.start({ data: 'empty' });

  const first = await admitWhenBack(tenant);
  expect(first.code).toBe('OK');
  expect(tally(await admitMany(20, tenant))).toEqual({ OK: 2, OVER_LIMIT: 18 });
  expect(await usageOf(tenant)).toBe(10);
});

test('Redis back with older data: what Postgres knows more is not forgotten', async () => {
  const tenant = await metering.entitle({ limits: [quota(10)] });
  await admitMany(4, tenant);
  await metering.inRedis((redis) => redis.save());
  await admitMany(3, tenant);
  expect(await usageOf(tenant)).toBe(7);

  await metering.redis.kill();
  await metering.redis.start({ data: 'kept' });

  expect((await admitWhenBack(tenant)).code).toBe('OK');
  expect(tally(await admitMany(20, tenant))).toEqual({ OK: 2, OVER_LIMIT: 18 });
  expect(await usageOf(tenant)).toBe(10);
});

test('a quota is not served before its restore', async () => {
  const tenant = await metering.entitle({ limits: [quota(3)] });
  await admitMany(3, tenant);
  expect(await usageOf(tenant)).toBe(3);
  // Postgres cannot say what was used.
  await metering.place.database.sql('alter table metering.tenant_epoch rename to hidden');
  await metering.inRedis((redis) => redis.flushall());

  expect(tally(await admitMany(20, tenant))).toEqual({ 14: 20 });

  await metering.place.database.sql('alter table metering.hidden rename to tenant_epoch');
  expect((await admitWhenBack(tenant)).code).toBe('OVER_LIMIT');
});

test('a snapshot of counters from before a restore changes nothing, however late it comes', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  await using opened = new AsyncDisposableStack();
  const platform = opened.use(testPlatform('metering'));
  const redis = { url: metering.redis.url, name: 'test' };
  const counters = opened.use(await openCounters(redis, platform));
  const url = metering.place.database.urls.metering;
  const definition = { rows: [], migrations };
  const database = opened.use(await openDatabase({ url, poolMax: 2 }, definition, platform));

  await admitMany(5, tenant);
  expect(await usageOf(tenant)).toBe(5);
  // What Redis counts from here on it loses, but for the snapshot that a slow reader has in hand.
  await metering.place.database.sql(
    'revoke all on metering.usage_counter from tollgate_metering_system',
  );
  await admitMany(20, tenant);
  const read = await Array.fromAsync(readChangedOf(counters, tenant, platform.log));
  await metering.inRedis((connection) => connection.flushall());
  await metering.place.database.sql(
    'grant all on metering.usage_counter to tollgate_metering_system',
  );
  await admitMany(2, tenant);
  expect(await usageOf(tenant)).toBe(7);

  expect(read.flatMap((page) => page.counters)).toMatchObject([{ admitted: 25n }]);
  const [page] = read;
  const late = page && (await saveRead({ ...platform, database, counters }, page));
  expect(late).toEqual({ saved: 0, outdated: [tenant] });
  await admitMany(1, tenant);
  expect(await usageOf(tenant)).toBe(8);
});

test('a restore that broke off half-way is finished by the next snapshot, and nothing is lost', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  await admitMany(5, tenant);
  expect(await usageOf(tenant)).toBe(5);
  // What a gate leaves behind that is killed between the two steps: an epoch that only Postgres has.
  await metering.place.database.sql(
    'update metering.tenant_epoch set epoch = epoch + 1 where tenant_id = $1',
    [tenant],
  );
  await admitMany(4, tenant);
  await eventually({ withinMs: 10_000 }, async () => expect(await savedUsage(tenant)).toBe(9));
  expect(await usageOf(tenant)).toBe(9);
});

test('calls given back after a restore are given back once, from the restored counters', async () => {
  const tenant = await metering.entitle({ limits: [quota(2)] });
  const [first] = await admitMany(2, tenant);
  expect(await usageOf(tenant)).toBe(2);
  const reservation = first?.metadata['reservation'] ?? '';
  const failed = { tenant, rid: first?.requestId ?? '', reservation };
  await metering.gates[0].giveBack(failed);
  expect(await usageOf(tenant)).toBe(1);

  await metering.inRedis((redis) => redis.flushall());

  // Redis has forgotten the call: saying it again changes nothing.
  await metering.gates[1].giveBack(failed);
  expect(tally(await admitMany(3, tenant))).toEqual({ OK: 1, OVER_LIMIT: 2 });
  expect(await usageOf(tenant)).toBe(2);
});

test('Redis back with older data: no more is given back than was admitted', async () => {
  const tenant = await metering.entitle({ limits: [quota(2)] });
  const [call] = await admitMany(1, tenant);
  await metering.inRedis((redis) => redis.save());
  const failed = { tenant, rid: call?.requestId ?? '' };
  await metering.gates[0].giveBack(failed);
  expect(await usageOf(tenant)).toBe(0);

  await metering.redis.kill();
  await metering.redis.start({ data: 'kept' });

  // Redis remembers the call as admitted, Postgres as given back.
  await eventually({ withinMs: 10_000 }, async () => {
    await metering.usageApi(tenant).getRateLimit({});
    const own = await metering.gates[0].admit({ tenant, class: 'api' });
    expect(own.response?.responseHeadersToAdd).toEqual([]);
  });
  await metering.gates[0].giveBack(failed);
  await admitMany(1, tenant);
  await eventually({ withinMs: 10_000 }, async () => expect(await savedUsage(tenant)).toBe(1));
});
