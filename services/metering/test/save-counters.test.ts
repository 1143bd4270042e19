import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { outageOf } from '@tollgate/runtime/errors';
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
import { keys, usageField } from '../src/counters/keys.ts';
import { migrations } from '../src/migrations/index.ts';
import { createRestorer } from '../src/snapshots/restore-tenant.ts';
import { createSaveBeforeRead } from '../src/snapshots/save-before-read.ts';
import { createSaver } from '../src/snapshots/save-counters.ts';
import { type Link, openLink } from './support/link.ts';

const platform = testPlatform('metering');
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
  await counters.ask(async (driver) => {
    await driver.set(keys.epoch(tenantId), `${counters.run()}|1`);
    await driver.hset(keys.usage(tenantId, 'live', slot), `${usageField('key_a')}|a`, 3);
    await driver.sadd(keys.dirty(tenantId), `live|${slot.text}|key_a`);
    await driver.sadd(keys.dirtyTenants, tenantId);
  });
  return tenantId;
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
  await counters.ask((driver) => driver.set(keys.usage(broken, 'live', slot), 'no hash'));
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveAll()).toEqual({ saved: 2, outdated: [] });
  expect(await Promise.all([one, broken, other].map(savedOf))).toEqual([3, 0, 3]);
  // And alone, too, it ends no run.
  expect(await saver.saveAll()).toEqual({ saved: 0, outdated: [] });
});

test('a text among the tenants that names none is skipped', async () => {
  const tenantId = await counted();
  await counters.ask((driver) => driver.sadd(keys.dirtyTenants, 'ten_', 'else', `${tenantId} `));
  const saver = createSaver({ ...platform, database, counters });
  expect(await saver.saveAll()).toEqual({ saved: 1, outdated: [] });
  expect(await savedOf(tenantId)).toBe(3);
});

test('a restore brings back each slot of two hours and all later ones, and none before', async () => {
  const tenantId = newId('ten');
  const nowUs = counters.nowUs();
  const slots = [-8, -7, -1, 0, 1].map((later) => slotOfIndex(slotAt(nowUs).index + later));
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
  const found = await Promise.all(
    slots.map((of) => counters.ask((driver) => driver.hgetall(keys.usage(tenantId, 'live', of)))),
  );
  const counts = { [`${usageField('key_a')}|a`]: '3', [`${usageField('key_a')}|g`]: '1' };
  expect(found).toEqual([{}, counts, counts, counts, counts]);
});
