import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkAsyncProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import type { Account, Caller } from '../src/admission/caller.ts';
import type { OwnedLimit } from '../src/admission/limit-list.ts';
import { type AccountClock, readCounter, readCredential } from '../src/counters/strings.ts';
import { quotaLimit, rateLimit } from '../src/policies/domain/limit.ts';
import { type DecidedAt, type RedisAt, redisAt, startUs } from './support/decide-at.ts';
import { createDecideModel, type ModelCaller } from './support/decide-model.ts';

const remembering = { idsKeptMs: 120_000, retriedWithinMs: 2_000 };
let redis: RedisAt;
beforeAll(async () => {
  redis = await redisAt(remembering);
});
afterAll(async () => redis?.[Symbol.asyncDispose]());

const credential = (limit: OwnedLimit['limit']): OwnedLimit => ({ limit, of: 'credential' });
const ofAccount = (limit: OwnedLimit['limit']): OwnedLimit => ({ limit, of: 'account' });

function shown(outcome: DecidedAt) {
  if (outcome === 'otherWindow') return { verdict: outcome };
  const { verdict, states, place } = outcome;
  if (verdict === 'incomplete') return { verdict };
  const left = states.map(({ remaining }) => remaining);
  return place ? { verdict, left, slot: place.slot.index } : { verdict, left };
}

const rates = fc
  .record({
    requests: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e12 })),
    windowSeconds: fc.constantFrom(1, 7, 60, 3600),
    burst: fc.integer({ min: 1, max: 12 }),
  })
  .map((rate) => rateLimit({ limitId: 'rate', ...rate }));
const ownedLimits = fc.oneof(
  fc.record({ limit: rates, of: fc.constantFrom('credential' as const, 'account' as const) }),
  fc.integer({ min: 1, max: 30 }).map((requests) => ofAccount(quotaLimit('quota', requests))),
);
/** Two plans that a caller may have, of any limits, or of the usual two. */
const plans = fc.array(
  fc.oneof(
    fc.array(ownedLimits, { maxLength: 4 }),
    fc
      .tuple(fc.integer({ min: 1, max: 30 }), rates)
      .map(([quota, rate]) => [ofAccount(quotaLimit('quota', quota)), credential(rate)]),
  ),
  { minLength: 2, maxLength: 2 },
);
const jumps = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 4_000_000_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: -20_000_000, max: -1 }) },
  { weight: 1, arbitrary: fc.integer({ min: -10_000_000_000, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }).map((days) => days * 86_400_000_000) },
);
const clocks = fc.oneof(
  { weight: 6, arbitrary: fc.constant<AccountClock>({ kind: 'real' }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: -300_000, max: 300_000 })
      .map((periods): AccountClock => ({ kind: 'shifted', us: periods * 15_000_000 })),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 10_000_000 })
      .map((seconds): AccountClock => ({ kind: 'frozen', us: startUs + seconds * 1_000_000 })),
  },
);
const steps = fc.array(
  fc.record({
    laterUs: jumps,
    isChecked: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
    calls: fc.array(
      fc.record({
        plan: fc.nat({ max: 1 }),
        request: fc.nat({ max: 40 }),
      }),
      { maxLength: 25 },
    ),
    gaveBack: fc.array(fc.record({ request: fc.nat({ max: 40 }), isTold: fc.boolean() }), {
      maxLength: 4,
    }),
    isLost: fc.integer({ min: 0, max: 14 }).map((number) => number === 0),
  }),
  { minLength: 1, maxLength: 14 },
);

test('a batch decides exactly as one call after the other: any limits, times, clocks and histories', async () => {
  await checkAsyncProperty(
    fc.asyncProperty(plans, clocks, steps, async (given, clock, timeline) => {
      const account = redis.account();
      const accountText = account.name.text;
      const twin = { ...account };
      // Limits of one list have names of their own, as those of a plan do.
      const lists = given.map((limits, plan) =>
        limits.map(({ limit, of }, at) => ({ of, limit: { ...limit, limitId: `p${plan}-${at}` } })),
      );
      const callers = ['key_a', 'key_b', 'key_c'].map((key) =>
        // The second plan's callers are of a twin of the account: another object of the same name.
        lists.map((limits, plan) => redis.caller(plan === 0 ? account : twin, key, limits)),
      );
      const model = createDecideModel(remembering);
      const placed = new Map<string, { slot: number; period: number }>();
      const by = new Map<string, { caller: Caller; of: ModelCaller }>();
      const uuids = Array.from({ length: 41 }, () => randomUUID());
      let nowUs = startUs;
      const restoreBoth = async () => {
        const foundEndUs = model.accounts.get(accountText)?.windowEndUs;
        model.restore(accountText, nowUs, clock);
        const { used = 0, hasLater = false } = model.accounts.get(accountText) ?? {};
        await redis.restore(account, { used, nowUs, clock, foundEndUs, hasLater });
      };
      await restoreBoth();
      for (const { laterUs, isChecked, calls, gaveBack, isLost } of timeline) {
        nowUs += laterUs;
        if (isLost) {
          await redis.driver.del(accountText);
          const known = model.accounts.get(accountText);
          if (known) {
            known.isComplete = false;
            known.buckets.clear();
          }
        }
        const asked = calls.map(({ plan, request }) => {
          // A call and its retry come with the same credential.
          const caller = callers[request % 3]?.[plan] as Caller;
          const of: ModelCaller = {
            account: accountText,
            key: caller.counted?.keyId ?? '',
            limits: caller.limits,
          };
          const requestId = uuids[request] ?? '';
          by.set(requestId, { caller, of });
          return { caller, of, requestId };
        });
        // Calls of one caller are decided in their order, those of several one caller after the other.
        const grouped = [...Map.groupBy(asked, ({ caller }) => caller).values()].flat();
        if (grouped.length > 0) {
          const options = { askedForUs: account.window.startUs, isChecked };
          const expected = grouped.map(({ of, requestId }) =>
            model.decide(of, requestId, nowUs, options),
          );
          const outcomes = await redis.decide(grouped, nowUs, { isChecked });
          expect(outcomes.map(shown)).toEqual(expected);
          outcomes.forEach((outcome, at) => {
            const requestId = grouped[at]?.requestId ?? '';
            if (outcome === 'otherWindow') twin.window = account.window;
            else if (outcome.place) {
              const { slot, period } = outcome.place;
              placed.set(requestId, { slot: slot.index, period });
            }
          });
          const isIncomplete = outcomes.some(
            (outcome) => outcome !== 'otherWindow' && outcome.verdict === 'incomplete',
          );
          if (isIncomplete) await restoreBoth();
        }
        for (const { request, isTold } of gaveBack) {
          const requestId = uuids[request] ?? '';
          const call = by.get(requestId);
          if (!call) continue;
          const place = isTold ? placed.get(requestId) : undefined;
          const { account: of, key } = call.of;
          const expected = model.giveBack(
            { account: of, key, id: requestId, ...(place ? { place } : {}) },
            nowUs,
          );
          const code = await redis.giveBack(call.caller, requestId, { nowUs, place });
          expect(['nothing', 'done', 'incomplete'][code]).toBe(expected);
          if (expected === 'incomplete') await restoreBoth();
        }
      }
      await expectUsage(account, model);
    }),
    { runs: 300 },
  );
});

/** What Redis counted, by credential and slot, and that all of it waits to be saved. */
async function expectUsage(
  account: Account,
  model: ReturnType<typeof createDecideModel>,
): Promise<void> {
  for (const [name, { admitted, givenBack }] of model.usage) {
    const [of = '', key = '', slot] = name.split(' ');
    if (admitted === 0) continue;
    const text = `${of}:${key}`;
    const bytes = await redis.driver.getBuffer(text);
    const state = bytes ? readCredential(bytes) : undefined;
    const old = await redis.driver.hgetBuffer(`${of}:usage:${slot}`, key);
    const counter = state?.slot === Number(slot) ? state : old ? readCounter(old) : undefined;
    expect([name, counter?.admitted, counter?.givenBack]).toEqual([name, admitted, givenBack]);
    const mark = state?.slot === Number(slot) ? text : `${text}@${slot}`;
    const marks = await redis.driver.zrangebylex(
      redis.names.changed,
      `[${account.name.text}:`,
      `[${account.name.text};`,
    );
    expect(marks).toContain(mark);
  }
}

const perMinute = (requests: number, windowSeconds = 60, burst = 0): OwnedLimit =>
  credential(rateLimit({ limitId: `of-${requests}`, requests, windowSeconds, burst }));
const perMonth = (requests: number): OwnedLimit => ofAccount(quotaLimit('per-month', requests));

async function complete(limits: readonly OwnedLimit[], keyId = 'key_a'): Promise<Caller> {
  const account = redis.account();
  await redis.restore(account);
  return redis.caller(account, keyId, limits);
}

/** Decides so many calls of one caller in a batch. */
async function decideMany(caller: Caller, count: number, nowUs: number) {
  const outcomes = await redis.decide(
    Array.from({ length: count }, () => ({ caller })),
    nowUs,
  );
  return outcomes.map((outcome) => {
    if (outcome === 'otherWindow') throw new Error(outcome);
    return outcome;
  });
}

async function verdictsOf(caller: Caller, count: number, nowUs: number): Promise<string[]> {
  return (await decideMany(caller, count, nowUs)).map(({ verdict }) => verdict);
}

const minuteUs = Date.UTC(2100, 10, 21, 12) * 1_000;

test('10 a minute: 9 calls at second 59 and 10 at second 61 admit 10, not 19', async () => {
  const caller = await complete([perMinute(10)]);
  expect(await verdictsOf(caller, 9, minuteUs + 59_000_000)).toEqual(Array(9).fill('charged'));
  const after = await verdictsOf(caller, 10, minuteUs + 61_000_000);
  expect(after).toEqual(['charged', ...Array(9).fill('refused')]);
});

test('a limit that does not divide its window admits exactly its number a window, for ever', async () => {
  const caller = await complete([perMinute(7, 60, 2)]);
  let nowUs = minuteUs;
  await verdictsOf(caller, 1, nowUs);
  for (let call = 1; call <= 700; call += 1) {
    expect(await verdictsOf(caller, 1, nowUs)).toEqual(['charged']);
    // The next is admitted at call * 60 s / 7 after the first, and not a microsecond earlier.
    nowUs = minuteUs + Math.ceil((call * 60_000_000) / 7);
    expect(await verdictsOf(caller, 1, nowUs - 1)).toEqual(['refused']);
  }
  expect(nowUs - minuteUs).toBe(6_000_000_000);
});

test('a refusal by one limit burns nothing of the others, and leaves no trace', async () => {
  for (const limits of [
    [perMonth(3), perMinute(100)],
    [perMinute(100), perMonth(3)],
  ]) {
    const caller = await complete(limits);
    const [, , third] = await decideMany(caller, 3, startUs);
    const texts = [caller.name.text, caller.counted?.account.name.text ?? ''];
    const before = await redis.driver.mgetBuffer(texts);
    const refused = await decideMany(caller, 50, startUs);
    expect(new Set(refused.map(({ verdict }) => verdict))).toEqual(new Set(['refused']));
    expect(
      refused
        .at(-1)
        ?.states.map(({ remaining }) => remaining)
        .toSorted(),
    ).toEqual([0, 97]);
    expect(refused.at(-1)?.states).toEqual(
      third?.states.map((state) => ({
        ...state,
        // Of a quota that is reached one more is admitted when its window is over.
        retryUs: state.remaining > 0 ? 0 : state.resetUs,
      })),
    );
    expect(await redis.driver.mgetBuffer(texts)).toEqual(before);
  }
});

test('obeying the time to retry succeeds, and a microsecond less does not', async () => {
  const caller = await complete([perMinute(13, 7, 3)]);
  await decideMany(caller, 3, startUs);
  const [refused] = await decideMany(caller, 1, startUs);
  const retryUs = refused?.states[0]?.retryUs ?? 0;
  expect(retryUs).toBe(Math.ceil(7_000_000 / 13));
  expect(await verdictsOf(caller, 1, startUs + retryUs - 1)).toEqual(['refused']);
  expect(await verdictsOf(caller, 1, startUs + retryUs)).toEqual(['charged']);
});

test.each([
  ['the usual two limits', [perMonth(1_000), perMinute(10)]],
  ['a rate of the plan', [ofAccount(rateLimit({ limitId: 'p', requests: 10, windowSeconds: 60 }))]],
])('a clock that is set back closes %s for one refill, and no longer', async (_, limits) => {
  const caller = await complete(limits);
  await decideMany(caller, 10, startUs);
  // By a day, or to another Redis whose clock was never right; within the same month.
  for (const backUs of [86_400_000_000, 9 * 86_400_000_000]) {
    const nowUs = startUs - backUs;
    const [refused] = await decideMany(caller, 1, nowUs);
    expect(refused).toMatchObject({ verdict: 'refused' });
    const rate = refused?.states.find(({ limit }) => limit.kind === 'rate');
    expect(rate).toMatchObject({ remaining: 0, retryUs: 6_000_000 });
    // Nobody is kept waiting until the clock has caught up.
    expect(await verdictsOf(caller, 2, nowUs + 6_000_000)).toEqual(['charged', 'refused']);
    await decideMany(caller, 10, nowUs + 6_000_000);
  }
});

test('an account that is of another run, or not there, is not decided, and nothing is charged', async () => {
  const account = redis.account();
  const caller = redis.caller(account, 'key_a', [perMonth(3)]);
  expect(await verdictsOf(caller, 2, startUs)).toEqual(['incomplete', 'incomplete']);
  await redis.restore(account);
  await redis.driver.setrange(account.name.text, 0, 'anything');
  expect(await verdictsOf(caller, 1, startUs)).toEqual(['incomplete']);
  expect(await redis.driver.exists(caller.name.text)).toBe(0);
});

test('a batch past its deadline, or named after another period of ids, does nothing', async () => {
  const caller = await complete([perMonth(3)]);
  const calls = [{ caller }];
  const late = redis.decide(calls, startUs, { deadlineUs: startUs - 1 });
  await expect(late).rejects.toThrow('tooLate');
  const saidUs = startUs - 15_000_000;
  await expect(redis.decide(calls, startUs, { saidUs })).rejects.toThrow('otherPeriod');
  expect(await redis.driver.exists(caller.name.text)).toBe(0);
  expect(await verdictsOf(caller, 4, startUs)).toEqual([...Array(3).fill('charged'), 'refused']);
});

test('what Redis keeps of a credential and of an account is 41 and 45 bytes', async () => {
  const caller = await complete([perMonth(3), perMinute(10)]);
  await decideMany(caller, 1, startUs);
  expect(await redis.driver.strlen(caller.name.text)).toBe(41);
  expect(await redis.driver.strlen(caller.counted?.account.name.text ?? '')).toBe(45);
});
