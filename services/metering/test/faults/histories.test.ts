import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, ownRedis, testPlatform } from '@tollgate/testkit';
import { checkAsyncProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { accountOf, type Caller, countedCaller } from '../../src/admission/caller.ts';
import { chargeOne, decideOne, type Outcome } from '../../src/admission/decide-one.ts';
import type { Place } from '../../src/admission/decided.ts';
import { createGroupCommit } from '../../src/admission/group-commit.ts';
import { createLimitLists, type OwnedLimit } from '../../src/admission/limit-list.ts';
import { type Counters, openCounters } from '../../src/counters/connect.ts';
import { CountersUnavailable } from '../../src/counters/counters-unavailable.ts';
import { msPerSlot, slotAt } from '../../src/counters/domain/slot.ts';
import { monthAt } from '../../src/counters/domain/usage-window.ts';
import { accountName, hourAt, shardNames } from '../../src/counters/names.ts';
import { ChargeForgotten, owedCharge } from '../../src/gate/owed-charge.ts';
import { createGiveBack } from '../../src/give-backs/give-back.ts';
import { migrations } from '../../src/migrations/index.ts';
import { quotaLimit } from '../../src/policies/domain/limit.ts';
import { createRestorer, type Restorer } from '../../src/snapshots/restorer.ts';
import { createSaver } from '../../src/snapshots/save-counters.ts';
import { createSweep } from '../../src/sweep/sweep-counters.ts';
import { createMaySavedHold } from '../../src/usage/may-saved-hold.ts';
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
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('lose an answer' as const),
        of: fc.constantFrom(...keys),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ do: 'settle' as const }) },
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

test('calls, give-backs, lost answers, saves, restarts with all, with nothing and with an old dump, an hour, a sweep: as a plain model counts', async () => {
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

test('a charge that was lost with Redis is made up for, although later calls of its key are saved', async () => {
  await counters.ask((driver) => driver.flushall());
  const history = openHistory(10);
  const key = keys[0];
  await history.take({ do: 'lose an answer', of: key });
  await history.take({ do: 'restart', with: 'nothing' });
  await history.take({ do: 'call', by: [key] });
  await history.take({ do: 'save' });
  await history.take({ do: 'settle' });
  await history.end();
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
  const calls = createCalls(tenantId, quota, restorer.restore);
  const owed = createOwedCharges({ tenantId, calls, restorer, model });
  const charged: { requestId: string; keyId: string; place: Place }[] = [];
  let dump: Contents = [];

  async function take(step: Step): Promise<void> {
    if (step.do === 'call') {
      for (const keyId of step.by) {
        const requestId = randomUUID();
        const place = await calls.ask(keyId, requestId);
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
    } else if (step.do === 'lose an answer') {
      await owed.charge(step.of);
    } else if (step.do === 'settle') {
      await owed.settle();
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
      owed.restarted(step.with);
    }
  }
  return {
    take,
    /** What has been counted becomes an hour older, as far as its month goes; then it is swept. */
    async hourPasses() {
      await owed.settle();
      await saver.saveTenant(tenantId);
      model.save();
      charged.length = 0;
      dump = [];
      model.age(await age(tenantId));
      await createSweep({ ...platform, counters })();
    },
    async end() {
      await owed.settle();
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

/** One tenant's calls, as a gate asks for them. */
function createCalls(
  tenantId: TenantId,
  quota: number,
  restore: (tenantId: TenantId) => Promise<void>,
) {
  const listOf = createLimitLists();
  const decider = createGroupCommit({
    ...platform,
    counters,
    listOf,
    timeoutMs,
    idsKeptMs,
    retriedWithinMs: 2_000,
  });
  const account = accountOf(
    { tenantId, environment: 'live' },
    { shards: counters.shards, nowUs: counters.nowUs() },
  );
  const limits: OwnedLimit[] = [{ limit: quotaLimit('month', quota), of: 'account' }];
  const list = listOf(limits, account.window);
  const callers = new Map<string, Caller>(
    keys.map((keyId) => [keyId, countedCaller(account, keyId, { limits, list })]),
  );
  function callerOf(keyId: string): Caller {
    const caller = callers.get(keyId);
    if (!caller) throw new Error(`${keyId} is nobody's`);
    return caller;
  }
  async function whenComplete(ask: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await ask();
    if (outcome.verdict !== 'incomplete') return outcome;
    await restore(tenantId);
    return ask();
  }
  return {
    decider,
    callerOf,
    /** Asks for a call until it is decided, and answers where it was counted, if it was admitted. */
    async ask(keyId: string, requestId: string): Promise<Place | undefined> {
      const caller = callerOf(keyId);
      const { verdict, place } = await whenComplete(() => decideOne(decider, caller, requestId));
      expect(['charged', 'refused']).toContain(verdict);
      return place;
    },
    /** Charges one whatever the limits say. */
    async charge(keyId: string, requestId: string, askedUs: number): Promise<Place | undefined> {
      const caller = callerOf(keyId);
      const ask = () => chargeOne(decider, caller, requestId, askedUs);
      return (await whenComplete(ask)).place;
    },
  };
}

/** A call of whose charge a gate has not heard. */
interface LostAnswer {
  readonly keyId: string;
  readonly requestId: string;
  /** Charges it, as far as it can be told that it was not charged. */
  readonly task: () => Promise<void>;
  /** The run of Redis that was asked. */
  readonly askedOf: number;
}

/** Calls of whose charge a gate has not heard, and the charges that it owes for them. */
function createOwedCharges({
  tenantId,
  calls,
  restorer,
  model,
}: {
  tenantId: TenantId;
  calls: ReturnType<typeof createCalls>;
  restorer: Restorer;
  model: ReturnType<typeof createLossModel>;
}) {
  let run = 1;
  let restartedWith: Parameters<typeof model.restart>[0] = 'nothing';
  const parts = {
    ...platform,
    counters: { nowUs: counters.nowUs, run: () => run },
    restorer,
    maySavedHold: createMaySavedHold(database),
  };
  let waiting: LostAnswer[] = [];

  async function settle({ keyId, requestId, task, askedOf }: LostAnswer): Promise<void> {
    const isHeld = model.holds(requestId);
    const isGivenUp = await task().then(
      () => false,
      (error) => {
        if (!(error instanceof ChargeForgotten)) throw error;
        return true;
      },
    );
    // What is saved of an older dump is read late, and of several epochs the latest reading counts.
    const isPlain = run - askedOf === 1 && restartedWith === 'nothing';
    if (isPlain && !isHeld) expect(isGivenUp).toBe(false);
    if (isGivenUp) return;
    const isCharged = model.charge(keyId, requestId, await slotOf(tenantId, keyId));
    expect([isHeld, isCharged]).not.toEqual([true, true]);
  }
  return {
    async charge(keyId: string): Promise<void> {
      const requestId = randomUUID();
      // The run in which it is charged is the one that was asked, after it was complete.
      await restorer.restore(tenantId);
      const [seconds, us] = await counters.ask((driver) => driver.time());
      const askedUs = Number(seconds) * 1_000_000 + Number(us);
      const asked = { run, atUs: askedUs };
      const place = await calls.charge(keyId, requestId, askedUs);
      model.charge(keyId, requestId, place?.slot.index ?? 0);
      const repeatUntilMs = platform.clock.monotonicMs() + idsKeptMs;
      const failure = new CountersUnavailable('lost', { asked, repeatUntilMs });
      const policy = { tenantId, whenUnavailable: 'allow' } as const;
      const call = { policy, caller: calls.callerOf(keyId), requestId, askedUs };
      const task = owedCharge({ ...parts, decider: calls.decider }, call, failure);
      waiting.push({ keyId, requestId, task, askedOf: run });
    },
    restarted(data: typeof restartedWith): void {
      run += 1;
      restartedWith = data;
    },
    async settle(): Promise<void> {
      const those = waiting;
      waiting = [];
      for (const lost of those) await settle(lost);
    },
  };
}

/** In which slot a credential was counted last. */
async function slotOf(tenantId: TenantId, keyId: string): Promise<number> {
  const name = names.credential(accountName(tenantId, 'live'), keyId);
  const bytes = await counters.ask((driver) => driver.getBuffer(name));
  return bytes?.readUInt32LE(0) ?? 0;
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
