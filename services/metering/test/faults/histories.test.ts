import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, ownRedis, testPlatform } from '@tollgate/testkit';
import { checkAsyncProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { accountOf, type Caller, countedCaller } from '../../src/admission/caller.ts';
import { decideOne } from '../../src/admission/decide-one.ts';
import type { Place } from '../../src/admission/decided.ts';
import { createGroupCommit } from '../../src/admission/group-commit.ts';
import { createLimitLists, type OwnedLimit } from '../../src/admission/limit-list.ts';
import { type Counters, openCounters } from '../../src/counters/connect.ts';
import { msPerSlot, slotAt } from '../../src/counters/domain/slot.ts';
import { monthAt } from '../../src/counters/domain/usage-window.ts';
import { accountName, hourAt, shardNames } from '../../src/counters/names.ts';
import { createGiveBack } from '../../src/give-backs/give-back.ts';
import { migrations } from '../../src/migrations/index.ts';
import { quotaLimit } from '../../src/policies/domain/limit.ts';
import { createRestorer } from '../../src/snapshots/restorer.ts';
import { createSaver } from '../../src/snapshots/save-counters.ts';
import { createSweep } from '../../src/snapshots/sweep-counters.ts';
import { createLossModel, keys } from '../support/loss-model.ts';

const platform = testPlatform('metering');
const names = shardNames(0);
const timeoutMs = 5_000;
const idsKeptMs = 120_000;
const opened = new AsyncDisposableStack();
let counters: Counters;
let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  opened.use(platform);
  const redis = opened.use(await ownRedis());
  counters = opened.use(await openCounters({ url: redis.url, name: 'test' }, platform));
  fresh = opened.use(await freshDatabase({ migrations: { metering: migrations } }));
  const config = { url: fresh.urls.metering, poolMax: 2 };
  database = opened.use(await openDatabase(config, { rows: [], migrations }, platform));
});
afterAll(async () => opened.disposeAsync());

/** Everything that Redis holds, as `DUMP` says it. */
type Contents = readonly (readonly [name: string, dumped: Buffer])[];

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('call' as const),
        by: fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 6 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('give back' as const), call: fc.nat({ max: 50 }) }),
    },
    { weight: 2, arbitrary: fc.constant({ do: 'save' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'dump' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('restart' as const),
        with: fc.constantFrom('its data' as const, 'nothing' as const, 'the dump' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
);

test('calls, give-backs, saves, restarts with all, with nothing and with an old dump, an hour, a sweep: as a plain model counts', async () => {
  await checkAsyncProperty(
    fc.asyncProperty(
      steps,
      steps,
      fc.integer({ min: 1, max: 12 }),
      async (before, after, quota) => {
        await counters.ask((driver) => driver.flushall());
        const history = openHistory(quota);
        for (const step of before) await history.take(step);
        await history.hourPasses();
        for (const step of after) await history.take(step);
        await history.end();
      },
    ),
    { runs: 60 },
  );
});

type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

/** One tenant's history, in Redis and Postgres and in the model. */
function openHistory(quota: number) {
  const tenantId = newId('ten');
  const model = createLossModel(quota);
  const saver = createSaver({ ...platform, database, counters });
  const restorer = createRestorer({ ...platform, database, counters, saver });
  const giveBack = createGiveBack({
    ...platform,
    database,
    counters,
    restorer,
    idsKeptMs,
    timeoutMs,
  });
  const call = createCalls(tenantId, quota, restorer.restore);
  const charged: { requestId: string; keyId: string; place: Place }[] = [];
  let dump: Contents = [];

  async function take(step: Step): Promise<void> {
    if (step.do === 'call') {
      for (const keyId of step.by) {
        const requestId = randomUUID();
        const place = await call(keyId, requestId);
        expect(place !== undefined).toBe(model.call(keyId, requestId, place?.slot.index ?? 0));
        if (place) charged.push({ requestId, keyId, place });
      }
    } else if (step.do === 'give back') {
      const [failed] = charged.splice(step.call % Math.max(1, charged.length), 1);
      if (!failed) return;
      const { requestId, keyId, place } = failed;
      const reservation = { environment: 'live', keyId, ...place } as const;
      const isDone = await giveBack({ tenantId, requestId, reservation });
      expect(isDone).toBe(model.giveBack(keyId, requestId, place.slot.index));
    } else if (step.do === 'save') {
      await saver.saveTenant(tenantId);
      model.save();
    } else if (step.do === 'dump') {
      dump = await contents();
      model.dump();
    } else {
      await restart(
        step.with === 'its data' ? await contents() : step.with === 'nothing' ? [] : dump,
      );
      model.restart(step.with);
    }
  }
  return {
    take,
    /** What has been counted becomes an hour older, as far as its month goes; then it is swept. */
    async hourPasses() {
      await saver.saveTenant(tenantId);
      model.save();
      charged.length = 0;
      dump = [];
      model.age(await age(tenantId));
      await createSweep({ ...platform, counters })();
    },
    async end() {
      await restorer.restore(tenantId);
      model.restore();
      await saver.saveTenant(tenantId);
      const saved = await fresh.sql<{ key_id: string; admitted: number; given_back: number }>(
        `select key_id, sum(admitted)::int as admitted, sum(given_back)::int as given_back
         from metering.usage_counter where tenant_id = $1 group by key_id order by key_id`,
        [tenantId],
      );
      expect(saved.map(({ key_id, ...counts }) => [key_id, counts])).toEqual(model.counts());
    },
  };
}

/** Asks for a call until it is decided, and answers where it was counted, if it was admitted. */
function createCalls(
  tenantId: TenantId,
  quota: number,
  restore: (tenantId: TenantId) => Promise<void>,
): (keyId: string, requestId: string) => Promise<Place | undefined> {
  const listOf = createLimitLists();
  const decider = createGroupCommit({ ...platform, counters, listOf, timeoutMs, idsKeptMs });
  const account = accountOf(
    { tenantId, environment: 'live' },
    { shards: counters.shards, nowUs: counters.nowUs() },
  );
  const limits: OwnedLimit[] = [{ limit: quotaLimit('month', quota), of: 'account' }];
  const list = listOf(limits, account.window);
  const callers = new Map<string, Caller>(
    keys.map((keyId) => [keyId, countedCaller(account, keyId, { limits, list })]),
  );
  return async (keyId, requestId) => {
    const caller = callers.get(keyId);
    if (!caller) throw new Error(`${keyId} is nobody's`);
    let outcome = await decideOne(decider, caller, requestId);
    if (outcome.verdict === 'incomplete') {
      await restore(tenantId);
      outcome = await decideOne(decider, caller, requestId);
    }
    expect(['charged', 'refused']).toContain(outcome.verdict);
    return outcome.place;
  };
}

function contents(): Promise<Contents> {
  return counters.ask(async (driver) => {
    const found = await driver.keys('*');
    return Promise.all(found.map(async (name) => [name, await driver.dumpBuffer(name)] as const));
  });
}

/** Another run of Redis with these contents: what is complete is so in the run of before. */
async function restart(data: Contents): Promise<void> {
  await counters.ask(async (driver) => {
    await driver.flushall();
    await Promise.all(data.map(([name, dumped]) => driver.restore(name, 0, dumped)));
    const accounts = await driver.keys('tg:{s0}:ten_*:live');
    await Promise.all(accounts.map((name) => driver.setrange(name, 0, Buffer.alloc(8))));
  });
}

/** Answers by how many slots. */
async function age(tenantId: TenantId): Promise<number> {
  const nowUs = counters.nowUs();
  const slots = Math.min(4, slotAt(nowUs).index - slotAt(monthAt(nowUs).startUs).index);
  await fresh.sql(
    `update metering.usage_counter set slot = slot - $2 * interval '1 ms' where tenant_id = $1`,
    [tenantId, slots * msPerSlot],
  );
  await counters.ask(async (driver) => {
    for (const keyId of keys) {
      const name = names.credential(accountName(tenantId, 'live'), keyId);
      const bytes = await driver.getBuffer(name);
      bytes?.writeUInt32LE(bytes.readUInt32LE(0) - slots, 0);
      if (bytes) await driver.set(name, bytes);
    }
    const seen = names.seen(hourAt(nowUs));
    if (await driver.exists(seen)) await driver.rename(seen, names.seen(hourAt(nowUs) - 2));
  });
  return slots;
}
