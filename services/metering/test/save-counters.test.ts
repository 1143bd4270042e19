import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { outageOf } from '@tollgate/runtime/errors';
import { fixedClock } from '@tollgate/runtime/service';
import {
  type FreshDatabase,
  freshDatabase,
  type OwnServer,
  ownRedis,
  testPlatform,
} from '@tollgate/testkit';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { CountersUnavailable } from '../src/counters/counters-unavailable.ts';
import { slotAt, slotOfIndex, startOfSlot } from '../src/counters/domain/slot.ts';
import { accountName, hourAt, shardNames } from '../src/counters/names.ts';
import { readAccount, readCounter, readCredential } from '../src/counters/strings.ts';
import { createGiveBack } from '../src/give-backs/give-back.ts';
import { migrations } from '../src/migrations/index.ts';
import { markSaved, readChangedOf } from '../src/snapshots/read-changed.ts';
import { createRestorer } from '../src/snapshots/restorer.ts';
import { createSaveBeforeRead } from '../src/snapshots/save-before-read.ts';
import { createSaver } from '../src/snapshots/save-counters.ts';
import { createSweep } from '../src/sweep/sweep-counters.ts';
import { completeAccount } from './support/complete-account.ts';
import { type Link, openLink } from './support/link.ts';

const platform = testPlatform('metering');
const names = shardNames(0);
const opened = new AsyncDisposableStack();
let redis: OwnServer;
let counters: Counters;
let fresh: FreshDatabase;
let toPostgres: Link;
let database: Database;
beforeAll(async () => {
  opened.use(platform);
  redis = opened.use(await ownRedis());
  counters = opened.use(await openCounters({ url: redis.url, name: 'test' }, platform));
  fresh = opened.use(await freshDatabase({ migrations: { metering: migrations } }));
  toPostgres = opened.use(await openLink(fresh.urls.metering));
  const config = { url: toPostgres.url, poolMax: 2 };
  database = opened.use(await openDatabase(config, { rows: [], migrations }, platform));
});
afterAll(async () => opened.disposeAsync());
afterEach(async () => {
  await counters.ask((driver) => driver.flushall());
});

const slot = slotAt(Date.UTC(2026, 10, 21, 1) * 1_000);

/** A tenant whose counters say three calls that Postgres does not know yet. */
async function counted(): Promise<TenantId> {
  const tenantId = newId('ten');
  await fresh.sql('insert into metering.tenant_epoch (tenant_id, epoch) values ($1, 1)', [
    tenantId,
  ]);
  await completeAccount(counters, tenantId);
  await putCredential(tenantId, { admitted: 3, givenBack: 0 });
  return tenantId;
}

function nameOf(tenantId: TenantId): string {
  return names.credential(accountName(tenantId, 'live'), 'key_a');
}

async function putCredential(
  tenantId: TenantId,
  { admitted, givenBack }: { admitted: number; givenBack: number },
): Promise<void> {
  const bytes = Buffer.alloc(21);
  bytes.writeUInt32LE(slot.index, 0);
  bytes.writeDoubleLE(admitted, 4);
  bytes.writeDoubleLE(givenBack, 12);
  bytes.writeUInt8(1, 20);
  await counters.ask(async (driver) => {
    await driver.set(nameOf(tenantId), bytes);
    await driver.zadd(names.changed, 0, nameOf(tenantId));
  });
}

/** What reading usage does before it reads, with these counters; answers the header. */
async function freshen(tenantId: TenantId, of: Counters): Promise<string | null> {
  const saver = createSaver({ ...platform, database, counters: of });
  const restorer = createRestorer({ ...platform, database, counters: of, saver });
  const call = { log: platform.log, answerHeader: new Headers() };
  await createSaveBeforeRead({ saver, restorer })(call, tenantId);
  return call.answerHeader.get('x-tollgate-degraded');
}

/** A way to Redis that is reset in the middle of each question. */
function resetting(): Counters {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return { ...counters, ask: () => counters.ask(() => Promise.reject(reset)) };
}

async function savedOf(tenantId: TenantId): Promise<number> {
  const [sum] = await fresh.sql<{ saved: string | null }>(
    'select sum(admitted) as saved from metering.usage_counter where tenant_id = $1',
    [tenantId],
  );
  return Number(sum?.saved ?? 0);
}

test('whatever goes wrong with Redis is of the counters, its cause included', async () => {
  const asked = resetting().ask((driver) => driver.ping());
  const lost = await asked.catch((error: unknown) => error);
  expect(lost).toBeInstanceOf(CountersUnavailable);
  expect(lost).toMatchObject({ isRefusal: false, cause: { code: 'ECONNRESET' } });

  const script = { source: 'return nonsense.nonsense', sha1: '0'.repeat(40) };
  const refused = await counters.script(script, [], []).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CountersUnavailable);
  expect(refused).toMatchObject({ isRefusal: true });
});

test('a way to Redis that is reset gives the last snapshot, and the answer says so', async () => {
  const tenantId = await counted();
  expect(await freshen(tenantId, resetting())).toBe('true');
  expect(await savedOf(tenantId)).toBe(0);
  expect(await freshen(tenantId, counters)).toBeNull();
  expect(await savedOf(tenantId)).toBe(3);
});

test('without Postgres nothing is answered from a snapshot, which is there, too', async () => {
  const tenantId = await counted();
  toPostgres.cut();
  try {
    const error = await freshen(tenantId, counters).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(CountersUnavailable);
    expect(outageOf(error)).toBeDefined();
  } finally {
    toPostgres.mend();
  }
  expect(await freshen(tenantId, counters)).toBeNull();
  expect(await savedOf(tenantId)).toBe(3);
});

test('a tenant whose counters cannot be read keeps nobody else from being saved', async () => {
  const [one, broken, other] = [await counted(), await counted(), await counted()];
  await counters.ask(async (driver) => {
    await driver.del(nameOf(broken));
    await driver.hset(nameOf(broken), 'no', 'string');
  });
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveAll()).toEqual({ saved: 2, outdated: [] });
  expect(await Promise.all([one, broken, other].map(savedOf))).toEqual([3, 0, 3]);
  // And alone, too, it ends no run.
  expect(await saver.saveAll()).toEqual({ saved: 0, outdated: [] });
});

test('a name among the changed counters that names none is skipped', async () => {
  const tenantId = await counted();
  await counters.ask((driver) =>
    driver.zadd(names.changed, 0, 'ten_', 0, `${nameOf(tenantId)}@`, 0, `${nameOf(tenantId)} `),
  );
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveAll()).toEqual({ saved: 1, outdated: [] });
  expect(await savedOf(tenantId)).toBe(3);
});

test('a counter that moves while it is saved is saved again, and is no longer changed then', async () => {
  const tenantId = await counted();
  const saver = createSaver({ ...platform, database, counters });
  const [page] = await Array.fromAsync(readChangedOf(counters, tenantId, platform.log));
  await putCredential(tenantId, { admitted: 4, givenBack: 1 });
  await markSaved(counters, 0, page?.read ?? []);
  expect(await saver.saveAll()).toEqual({ saved: 1, outdated: [] });
  expect(await savedOf(tenantId)).toBe(4);
  expect(await saver.saveAll()).toEqual({ saved: 0, outdated: [] });
  const bytes = await counters.ask((driver) => driver.getBuffer(nameOf(tenantId)));
  expect(readCredential(bytes ?? Buffer.alloc(0))).toMatchObject({ admitted: 4, isDirty: false });
});

test('a restore brings back the present slot and later ones, and what the month has used', async () => {
  const tenantId = newId('ten');
  const nowUs = Date.UTC(2026, 10, 21, 1, 20) * 1_000;
  const slots = [-1, 0, 1].map((later) => slotOfIndex(slotAt(nowUs).index + later));
  for (const some of slots) {
    await fresh.sql(
      `insert into metering.usage_counter
         (tenant_id, environment, meter, slot, key_id, admitted, given_back)
       values ($1, 'live', 'requests', $2, 'key_a', 3, 1)`,
      [tenantId, `${startOfSlot(some)}`],
    );
  }
  const saver = createSaver({ ...platform, database, counters });
  const then = { ...counters, nowUs: () => nowUs };
  await createRestorer({ ...platform, database, counters: then, saver }).restore(tenantId);
  const account = accountName(tenantId, 'live');
  const [found, credential, ...hashes] = await counters.ask((driver) =>
    Promise.all([
      driver.getBuffer(names.account(account)),
      driver.getBuffer(nameOf(tenantId)),
      ...slots.map(({ index }) => driver.hgetBuffer(names.usage(account, index), 'key_a')),
    ]),
  );
  expect(readAccount(found ?? Buffer.alloc(0)).windows).toMatchObject([{ used: 6 }]);
  expect(readCredential(credential ?? Buffer.alloc(0))).toEqual({
    slot: slots[1]?.index,
    admitted: 3,
    givenBack: 1,
    isDirty: false,
    rates: [],
  });
  const counts = hashes.map((bytes) => bytes && readCounter(bytes));
  expect(counts).toEqual([null, null, { admitted: 3, givenBack: 1 }]);
});

test('many tenants are restored together, and one that cannot be keeps nobody waiting', async () => {
  const tenantIds = Array.from({ length: 450 }, () => newId('ten'));
  const [broken] = tenantIds;
  const account = accountName(broken ?? newId('ten'), 'live');
  await counters.ask((driver) => driver.hset(names.account(account), 'no', 'string'));
  const saver = createSaver({ ...platform, database, counters });
  const restorer = createRestorer({ ...platform, database, counters, saver });
  const done = await Promise.allSettled(tenantIds.map((tenantId) => restorer.restore(tenantId)));
  expect(done.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).toEqual([0]);
  const [row] = await fresh.sql<{ count: string }>(
    'select count(*) from metering.tenant_epoch where tenant_id = any($1)',
    [tenantIds.slice(1)],
  );
  expect(Number(row?.count)).toBe(449);
});

test('tenants of a Redis that was restarted are saved and restored together, in few transactions', async () => {
  const tenantIds = await Promise.all(Array.from({ length: 300 }, counted));
  const runOfBefore = Buffer.alloc(8);
  for (const tenantId of tenantIds) {
    const name = names.account(accountName(tenantId, 'live'));
    await counters.ask((driver) => driver.setrange(name, 0, runOfBefore));
  }
  let transactions = 0;
  const system: Database['system'] = (work) => {
    transactions += 1;
    return database.system(work);
  };
  const watched = { ...platform, counters, database: { ...database, system } };
  const restorer = createRestorer({ ...watched, saver: createSaver(watched) });
  await Promise.all(tenantIds.map((tenantId) => restorer.restore(tenantId)));
  expect(await Promise.all(tenantIds.map(savedOf))).toEqual(tenantIds.map(() => 3));
  const accounts = await counters.ask((driver) =>
    Promise.all(tenantIds.map((id) => driver.getBuffer(names.account(accountName(id, 'live'))))),
  );
  const runs = new Set(accounts.map((bytes) => bytes && readAccount(bytes).run));
  expect([...runs]).toEqual([counters.run()]);
  // Two batches, each: look, save, begin epochs, put back.
  expect(transactions).toBeLessThanOrEqual(2 * 4);
});

test('what is saved and unused for two hours is swept, and nothing that is still needed', async () => {
  const [unused, unsaved, limited] = [await counted(), await counted(), await counted()];
  const saver = createSaver({ ...platform, database, counters });
  await saver.saveTenant(unused);
  await saver.saveTenant(limited);
  const nowUs = counters.nowUs();
  const rate = Buffer.alloc(20);
  rate.writeUInt32LE(1_000, 0);
  rate.writeDoubleLE(nowUs + 3_600_000_000, 4);
  await counters.ask(async (driver) => {
    await driver.append(nameOf(limited), rate);
    await driver.rename(names.seen(hourAt(nowUs)), names.seen(hourAt(nowUs) - 2));
    await driver.sadd(names.seen(hourAt(nowUs) - 2), nameOf(unsaved));
  });
  await createSweep({ ...platform, counters })();
  const isThere = await counters.ask((driver) =>
    Promise.all([unused, unsaved, limited].map((tenantId) => driver.exists(nameOf(tenantId)))),
  );
  expect(isThere).toEqual([0, 1, 1]);
  // What is needed is looked at again.
  const kept = await counters.ask((driver) => driver.smembers(names.seen(hourAt(nowUs))));
  expect(kept.toSorted()).toEqual([nameOf(unsaved), nameOf(limited)].toSorted());
  expect(await savedOf(unused)).toBe(3);
});

test('a call of a slot that was swept is given back all the same, once', async () => {
  const tenantId = await counted();
  const saver = createSaver({ ...platform, database, counters });
  const restorer = createRestorer({ ...platform, database, counters, saver });
  await saver.saveTenant(tenantId);
  await counters.ask((driver) => driver.del(nameOf(tenantId)));
  const giveBack = createGiveBack({
    ...platform,
    database,
    counters,
    restorer,
    idsKeptMs: 120_000,
    timeoutMs: 5_000,
  });
  // Longer ago than ids are remembered: what the call carries is the proof of its charge.
  const period = slot.index * 60;
  const reservation = { environment: 'live', keyId: 'key_a', slot, period } as const;
  const call = { tenantId, requestId: 'a-long-call', reservation };
  expect(await giveBack(call)).toBe(true);
  expect(await giveBack(call)).toBe(false);
  expect(await saver.saveTenant(tenantId)).toEqual({ saved: 1, outdated: [] });
  const [row] = await fresh.sql(
    'select admitted, given_back from metering.usage_counter where tenant_id = $1',
    [tenantId],
  );
  expect(row).toEqual({ admitted: '3', given_back: '1' });
});

test('a give-back that is tried again is given up before it might be done twice', async () => {
  const tenantId = await counted();
  const saver = createSaver({ ...platform, database, counters });
  const restorer = createRestorer({ ...platform, database, counters, saver });
  const clock = fixedClock('2026-11-21T01:00:00Z');
  const parts = { database, counters, clock, restorer, idsKeptMs: 10_000, timeoutMs: 1_000 };
  const giveBack = createGiveBack(parts);
  const period = slot.index * 60;
  const reservation = { environment: 'live', keyId: 'key_a', slot, period } as const;
  const call = { tenantId, requestId: 'an-owed-one', reservation };
  expect(await giveBack(call)).toBe(true);
  clock.advance({ milliseconds: 8_800 });
  expect(await giveBack(call)).toBe(false);
  clock.advance({ milliseconds: 200 });
  await expect(giveBack(call)).rejects.toThrow('may have been given back');
});

test('counters of an epoch that was refused stay marked, whatever else of the tenant is saved', async () => {
  const tenantId = await counted();
  const other = names.credential(accountName(tenantId, 'test'), 'key_a');
  await counters.ask(async (driver) => {
    const bytes = await driver.getBuffer(nameOf(tenantId));
    const account = await driver.getBuffer(names.account(accountName(tenantId, 'live')));
    if (!bytes || !account) throw new Error('nothing is counted');
    await driver.set(other, bytes);
    account.writeDoubleLE(7, 8);
    await driver.set(names.account(accountName(tenantId, 'test')), account);
    await driver.zadd(names.changed, 0, other);
  });
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveTenant(tenantId)).toEqual({ saved: 1, outdated: [tenantId] });
  expect(await savedOf(tenantId)).toBe(3);
  const left = await counters.ask((driver) => driver.zrange(names.changed, 0, '-1'));
  expect(left.filter((name) => name.includes(tenantId))).toEqual([other]);
});

test('a slot that was left and entered again is saved once, by what is greater', async () => {
  const tenantId = await counted();
  const account = accountName(tenantId, 'live');
  const older = Buffer.alloc(16);
  older.writeDoubleLE(2, 0);
  older.writeDoubleLE(1, 8);
  await counters.ask(async (driver) => {
    await driver.hset(names.usage(account, slot.index), 'key_a', older);
    await driver.zadd(names.changed, 0, `${nameOf(tenantId)}@${slot.index}`);
  });
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveTenant(tenantId)).toMatchObject({ outdated: [] });
  expect(await savedOf(tenantId)).toBe(3);
  expect(await saver.saveTenant(tenantId)).toEqual({ saved: 0, outdated: [] });
});

test('a counter of a slot that is still to come is not swept', async () => {
  const tenantId = await counted();
  const account = accountName(tenantId, 'live');
  const nowUs = counters.nowUs();
  const later = slotAt(nowUs).index + 96;
  const [past, future] = [slot.index, later].map((at) => `${nameOf(tenantId)}@${at}`);
  await counters.ask(async (driver) => {
    for (const at of [slot.index, later]) {
      await driver.hset(names.usage(account, at), 'key_a', Buffer.alloc(16));
    }
    await driver.sadd(names.seen(hourAt(nowUs) - 2), past ?? '', future ?? '');
  });
  await createSweep({ ...platform, counters })();
  const isThere = await counters.ask((driver) =>
    Promise.all([slot.index, later].map((at) => driver.hexists(names.usage(account, at), 'key_a'))),
  );
  expect(isThere).toEqual([0, 1]);
});

test('a clock that was ahead over a month does not give the next month its quota twice', async () => {
  const tenantId = newId('ten');
  const december = slotAt(Date.UTC(2026, 11, 1, 2) * 1_000);
  await fresh.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, slot, key_id, admitted, given_back)
     values ($1, 'live', 'requests', $2, 'key_a', 5, 0)`,
    [tenantId, `${startOfSlot(december)}`],
  );
  const saver = createSaver({ ...platform, database, counters });
  const usedAt = async (nowUs: number) => {
    const then = { ...counters, nowUs: () => nowUs };
    await createRestorer({ ...platform, database, counters: then, saver }).restore(tenantId);
    const name = names.account(accountName(tenantId, 'live'));
    const bytes = await counters.ask((driver) => driver.getBuffer(name));
    return readAccount(bytes ?? Buffer.alloc(0)).windows[0]?.used;
  };
  expect(await usedAt(Date.UTC(2026, 10, 30, 23) * 1_000)).toBe(0);
  // When December begins, it does not begin by itself.
  expect(await usedAt(Date.UTC(2026, 11, 1, 0) * 1_000)).toBe(5);
});
