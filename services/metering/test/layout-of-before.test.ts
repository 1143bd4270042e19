import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, ownRedis, testPlatform } from '@tollgate/testkit';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { readReservation } from '../src/counters/domain/reservation.ts';
import { accountName, shardNames } from '../src/counters/names.ts';
import { readAccount } from '../src/counters/strings.ts';
import { createGiveBack } from '../src/give-backs/give-back.ts';
import { migrations } from '../src/migrations/index.ts';
import { createRestorer } from '../src/snapshots/restorer.ts';
import { createSaver } from '../src/snapshots/save-counters.ts';

/** When usage was counted by whole hours, counters and rows had these names. */
const hour = '2026-11-21T01';
const hourBefore = '2026-11-21T00';

/** Minutes of the hour in which the version changes: of its first slot, and of a later one. */
const minutes = [5, 50];

const platform = testPlatform('metering');
const opened = new AsyncDisposableStack();
let counters: Counters;
let fresh: FreshDatabase;
let database: Database;
let tenantIds: readonly TenantId[];
beforeAll(async () => {
  opened.use(platform);
  const redis = opened.use(await ownRedis());
  counters = opened.use(await openCounters({ url: redis.url, name: 'test' }, platform));
  const before = migrations.filter(({ name }) => name < '0002-');
  fresh = opened.use(await freshDatabase({ migrations: { metering: before } }));
  tenantIds = await Promise.all(minutes.map(() => countedByHours()));
  await fresh.migrate('metering');
  const config = { url: fresh.urls.metering, poolMax: 2 };
  database = opened.use(await openDatabase(config, { rows: [], migrations }, platform));
});
afterAll(async () => opened.disposeAsync());

/** Four calls that Postgres knows, and of the hour under way seven, one given back, that it does not. */
async function countedByHours(column: 'hour' | 'slot' = 'hour'): Promise<TenantId> {
  const tenantId = newId('ten');
  await fresh.sql('insert into metering.tenant_epoch (tenant_id, epoch) values ($1, 1)', [
    tenantId,
  ]);
  await fresh.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, ${column}, key_id, admitted, given_back)
     values ($1, 'live', 'requests', $2, 'key_a', 4, 0), ($1, 'live', 'requests', $3, 'key_a', 5, 0)`,
    [tenantId, `${hourBefore}:00Z`, `${hour}:00Z`],
  );
  const mark = `live|${hour}|key_a`;
  await counters.ask(async (redis) => {
    await redis.set(`tg:{${tenantId}}:epoch`, `${counters.run()}|1`);
    const counts = { 'key_a|requests|a': 7, 'key_a|requests|g': 1 };
    await redis.hset(`tg:{${tenantId}}:usage:live:${hour}`, counts);
    await redis.set(`tg:{${tenantId}}:month:live:2026-11`, 10);
    await redis.set(`tg:{${tenantId}}:rid:call-of-before`, mark, 'EX', 60);
    await redis.sadd(`tg:{${tenantId}}:dirty`, mark);
    await redis.sadd('tg:dirty', tenantId);
  });
  return tenantId;
}

async function savedOf(tenantId: TenantId) {
  const rows = await fresh.sql<{ slot: Date; admitted: string; given_back: string }>(
    `select slot, admitted, given_back from metering.usage_counter
     where tenant_id = $1 order by slot`,
    [tenantId],
  );
  return rows.map(({ slot, admitted, given_back }) => [
    slot.toISOString().slice(0, 16),
    Number(admitted),
    Number(given_back),
  ]);
}

test.each(minutes)(
  'counted in the layout of before until minute %d: everything goes on, and nothing twice',
  async (minute) => {
    const tenantId = tenantIds[minutes.indexOf(minute)] as TenantId;
    const nowUs = Date.UTC(2026, 10, 21, 1, minute) * 1_000;
    const then = { ...counters, nowUs: () => nowUs };
    const saver = createSaver({ ...platform, database, counters: then });
    const restorer = createRestorer({ ...platform, database, counters: then, saver });

    // Whoever asks first brings it over: what the layout of before had, and Postgres had not, first.
    await restorer.restore(tenantId);
    expect(await usedOf(tenantId)).toBe(10);
    expect(await counters.ask((redis) => redis.sismember('tg:dirty', tenantId))).toBe(0);

    // A call of before is given back where it was counted, by what it carries, and once.
    const reservation = readReservation(`live|${hour}|key_a`);
    if (!reservation) throw new Error('a reservation of before is not understood');
    const giveBack = createGiveBack({
      ...platform,
      database,
      counters,
      restorer,
      idsKeptMs: 120_000,
      timeoutMs: 5_000,
    });
    const call = { tenantId, requestId: `call-of-${tenantId}`, reservation };
    expect([await giveBack(call), await giveBack(call)]).toEqual([true, false]);
    expect(await usedOf(tenantId)).toBe(9);

    await saver.saveTenant(tenantId);
    expect(await saver.saveTenant(tenantId)).toEqual({ saved: 0, outdated: [] });
    expect(await savedOf(tenantId)).toEqual([
      [`${hourBefore}:00`, 4, 0],
      [`${hour}:00`, 7, 2],
    ]);
  },
);

test('what the layout of before counted is saved, whoever never comes again', async () => {
  const tenantId = await countedByHours('slot');
  const saver = createSaver({ ...platform, database, counters });
  await saver.saveAll();
  expect(await savedOf(tenantId)).toEqual([
    [`${hourBefore}:00`, 4, 0],
    [`${hour}:00`, 7, 1],
  ]);
  expect(await counters.ask((redis) => redis.exists('tg:dirty'))).toBe(0);
});

async function usedOf(tenantId: TenantId): Promise<number> {
  const name = shardNames(0).account(accountName(tenantId, 'live'));
  const bytes = await counters.ask((redis) => redis.getBuffer(name));
  return readAccount(bytes ?? Buffer.alloc(0)).windows[0]?.used ?? 0;
}
