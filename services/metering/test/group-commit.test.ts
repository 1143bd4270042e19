import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, type OwnServer, ownRedis, testPlatform } from '@tollgate/testkit';
import { uncountedCaller } from '../src/admission/caller.ts';
import { chargeOne, decideOne } from '../src/admission/decide-one.ts';
import { createGroupCommit, type GroupCommitOptions } from '../src/admission/group-commit.ts';
import { createLimitLists, type OwnedLimit } from '../src/admission/limit-list.ts';
import { idInSets } from '../src/admission/packed-id.ts';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { CountersUnavailable } from '../src/counters/counters-unavailable.ts';
import { periodAt } from '../src/counters/domain/id-period.ts';
import { monthAt } from '../src/counters/domain/usage-window.ts';
import { shardNames } from '../src/counters/names.ts';
import { quotaLimit, rateLimit } from '../src/policies/domain/limit.ts';
import { callerOf, completeAccount } from './support/complete-account.ts';

const platform = testPlatform('metering');
const listOf = createLimitLists();
const names = shardNames(0);
let redis: OwnServer;
let counters: Counters;
beforeAll(async () => {
  redis = await ownRedis();
  counters = await openCounters({ url: redis.url, name: 'test' }, platform);
});
afterAll(async () => {
  await counters?.[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
  platform[Symbol.dispose]();
});

const perMonth = (requests: number): OwnedLimit[] => [
  { limit: quotaLimit('requests-per-month', requests), of: 'account' },
];

function deciderOf(options: Partial<GroupCommitOptions> = {}) {
  return createGroupCommit({
    ...platform,
    counters,
    listOf,
    timeoutMs: 5_000,
    idsKeptMs: 60_000,
    retriedWithinMs: 2_000,
    ...options,
  });
}

/** Whether a call was charged in this period or the one before. */
async function isRemembered(requestId: string): Promise<boolean> {
  const period = periodAt(counters.nowUs());
  const found = await counters.ask((driver) =>
    Promise.all(
      [period, period - 1].map((at) => driver.sismember(names.ids(at), idInSets(requestId))),
    ),
  );
  return found.includes(1);
}

/** Keeps the event loop busy, as a thousand questions at once do. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('an answer that came while this process was busy is not late, nor is the next question', async () => {
  const timeoutMs = 200;
  const decider = deciderOf({ timeoutMs });
  const caller = callerOf(await completeAccount(counters), listOf, perMonth(100));
  const ask = (requestId: string) => decideOne(decider, caller, requestId);

  await ask('first'); // Redis learns the script
  for (let round = 0; round < 5; round += 1) {
    const deciding = ask(`round-${round}`);
    // Right after the question has left.
    setImmediate(() => block(2 * timeoutMs));
    expect((await deciding).verdict).toBe('charged');
  }
});

test('while Redis is busy with two calls the others collect into one, and none waits for ever', async () => {
  const sizes: number[] = [];
  const decider = deciderOf({ onBatch: (size) => sizes.push(size) });
  const caller = callerOf(await completeAccount(counters), listOf, perMonth(1_000));
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  let asked = 0;
  const ask = () => decideOne(decider, caller, `r${asked++}`);
  await ask();

  redis.pause();
  const deciding: ReturnType<typeof ask>[] = [];
  try {
    sizes.length = 0;
    deciding.push(ask());
    await nextTurn();
    deciding.push(ask());
    await nextTurn();
    expect(sizes).toEqual([1, 1]);
    // In turns of their own, and yet together; sent although nobody answers.
    deciding.push(ask());
    await nextTurn();
    deciding.push(ask());
    await eventually({ withinMs: 1_000 }, async () => expect(sizes).toEqual([1, 1, 2]));
  } finally {
    redis.resume();
  }
  for (const outcome of await Promise.all(deciding)) expect(outcome.verdict).toBe('charged');
  expect(await isRemembered('r4')).toBe(true);
});

test('an id that is no UUID and no ASCII is remembered as what it is', async () => {
  const decider = deciderOf();
  const caller = callerOf(await completeAccount(counters), listOf);
  // The first two differ in what a narrower alphabet would cut off; the last ends like a command.
  const ids = ['\u20ac', '\u00ac', '日本', 'fifteen-letters', 'sixteen-letters-', 'a\r\n$3\r\n'];
  const ask = () => Promise.all(ids.map((id) => decideOne(decider, caller, id)));
  expect((await ask()).map(({ verdict }) => verdict)).toEqual(ids.map(() => 'charged'));
  expect((await ask()).map(({ verdict }) => verdict)).toEqual(ids.map(() => 'repeated'));
  for (const id of ids) expect(await isRemembered(id)).toBe(true);
});

test('a call that Redis was not sent is none, and certainly has charged nothing', async () => {
  const sizes: number[] = [];
  const decider = deciderOf({ timeoutMs: 20, onBatch: (size) => sizes.push(size) });
  const limits: OwnedLimit[] = [
    { limit: rateLimit({ limitId: 'one', requests: 9, windowSeconds: 1 }), of: 'credential' },
  ];
  const list = listOf(limits, monthAt(0));
  const caller = uncountedCaller('anonymous:test', { shards: 1, limits, list });
  const ask = () => decideOne(decider, caller, 'r').catch((error: unknown) => error);
  redis.pause();
  try {
    const failures: unknown[] = [];
    // One after the other: five failures in a row, and then nobody waits any more.
    for (let call = 0; call < 8; call += 1) failures.push(await ask());
    for (const failure of failures) expect(failure).toBeInstanceOf(CountersUnavailable);
    const mayBeDone = failures.map((failure) => (failure as CountersUnavailable).mayBeDone);
    expect(mayBeDone).toEqual([...Array(5).fill(true), ...Array(3).fill(false)]);
    expect(sizes).toEqual([1, 1, 1, 1, 1]);
  } finally {
    redis.resume();
  }
});

test('a charge is made whatever the limits say, and once however long ago it was asked', async () => {
  const account = await completeAccount(counters);
  const decider = deciderOf();
  const caller = callerOf(account, listOf, perMonth(1));
  const verdictOf = async (id: string, askedUs: number) =>
    (await chargeOne(decider, caller, id, askedUs)).verdict;
  const nowUs = counters.nowUs();
  expect((await decideOne(decider, caller, 'one')).verdict).toBe('charged');
  expect((await decideOne(decider, caller, 'two')).verdict).toBe('refused');
  expect(await verdictOf('two', nowUs)).toBe('charged');
  expect(await verdictOf('two', nowUs)).toBe('repeated');
  // Two periods ago it was charged, and its answer was lost.
  await counters.ask((driver) => driver.sadd(names.ids(periodAt(nowUs) - 2), idInSets('long-ago')));
  expect(await verdictOf('long-ago', nowUs - 31_000_000)).toBe('repeated');
  expect(await verdictOf('long-ago', nowUs)).toBe('charged');
  // Charged by a clock that was set back meanwhile.
  await counters.ask((driver) =>
    driver.sadd(names.ids(periodAt(nowUs) + 2), idInSets('in-time-to-come')),
  );
  expect(await verdictOf('in-time-to-come', nowUs + 31_000_000)).toBe('repeated');
  // However long ago or ahead: no more sets are looked in than there can be.
  for (const years of [-1, 1]) {
    expect(await verdictOf(`far-${years}`, nowUs + years * 31_536_000_000_000)).toBe('charged');
  }
});

test('a call that was heard of long before it is asked for is looked for since then', async () => {
  const account = await completeAccount(counters);
  const decider = deciderOf();
  const caller = callerOf(account, listOf, perMonth(9));
  const nowUs = counters.nowUs();
  // Another gate has charged it meanwhile, two periods ago.
  for (const id of ['since', 'not-since']) {
    await counters.ask((driver) => driver.sadd(names.ids(periodAt(nowUs) - 2), idInSets(id)));
  }
  const verdictOf = async (id: string, askedSinceUs?: number) =>
    (await decideOne(decider, caller, id, askedSinceUs)).verdict;
  expect(await verdictOf('since', nowUs - 31_000_000)).toBe('repeated');
  expect(await verdictOf('not-since')).toBe('charged');
});

test('an account that lives in another window than was asked for is asked for again', async () => {
  const account = await completeAccount(counters);
  const decider = deciderOf();
  const caller = callerOf(account, listOf, perMonth(5));
  // As at the end of a month, or where a clock was set back.
  account.window = monthAt(counters.nowUs() - 40 * 86_400_000_000);
  expect((await decideOne(decider, caller, 'r')).verdict).toBe('charged');
  expect(account.window).toEqual(monthAt(counters.nowUs()));
});

test('Redis has forgotten the script: it is sent, and every call is decided once', async () => {
  const caller = callerOf(await completeAccount(counters), listOf, perMonth(3));
  const decider = deciderOf();
  await counters.ask((driver) => driver.script('FLUSH'));
  const asked = ['f1', 'f2', 'f3', 'f4'].map((id) => decideOne(decider, caller, id));
  const verdicts = (await Promise.all(asked)).map(({ verdict }) => verdict);
  expect(verdicts.toSorted()).toEqual(['charged', 'charged', 'charged', 'refused']);
});
