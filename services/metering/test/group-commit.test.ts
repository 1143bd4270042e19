import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tollgate/runtime/database';
import { eventually, type OwnServer, ownRedis, testPlatform } from '@tollgate/testkit';
import { createGiveBack } from '../src/admission/give-back.ts';
import { createGroupCommit } from '../src/admission/group-commit.ts';
import { ChargeForgotten } from '../src/admission/operation.ts';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { CountersUnavailable } from '../src/counters/counters-unavailable.ts';
import { keys } from '../src/counters/keys.ts';
import { quotaLimit } from '../src/policies/domain/limit.ts';

const platform = testPlatform('metering');
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

/** Keeps the event loop busy, as a thousand questions at once do. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('an answer that came while this process was busy is not late, nor is the next question', async () => {
  const tenant = newId('ten');
  await counters.ask((driver) => driver.set(keys.epoch(tenant), `${counters.run()}|1`));
  const timeoutMs = 200;
  const decider = createGroupCommit({ ...platform, counters, timeoutMs, recordTtlMs: 60_000 });
  const limits = [{ limit: quotaLimit('requests-per-month', 100), key: '' }];
  const account = { tenant, environment: 'live', keyId: 'key_a', limits } as const;
  const ask = (requestId: string) => decider.decide({ kind: 'admit', account, requestId });

  await ask('first'); // Redis learns the script
  for (let round = 0; round < 5; round += 1) {
    const deciding = ask(`round-${round}`);
    // Right after the question has left.
    setImmediate(() => block(2 * timeoutMs));
    expect((await deciding).verdict).toBe('done');
  }
});

test('while Redis is busy with two calls the others collect into one, and none waits for ever', async () => {
  const tenant = newId('ten');
  await counters.ask((driver) => driver.set(keys.epoch(tenant), `${counters.run()}|1`));
  const sizes: number[] = [];
  const decider = createGroupCommit({
    ...platform,
    counters,
    timeoutMs: 5_000,
    recordTtlMs: 60_000,
    onBatch: (size) => sizes.push(size),
  });
  const limits = [{ limit: quotaLimit('requests-per-month', 1_000), key: '' }];
  const account = { tenant, environment: 'live', keyId: 'key_a', limits } as const;
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  let asked = 0;
  const ask = () => decider.decide({ kind: 'admit', account, requestId: `r${asked++}` });
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
  for (const outcome of await Promise.all(deciding)) expect(outcome.verdict).toBe('done');
  expect(await counters.ask((driver) => driver.exists(keys.record(tenant, 'r4')))).toBe(1);
});

test('an id that is no ASCII is remembered as what it is', async () => {
  const tenant = newId('ten');
  await counters.ask((driver) => driver.set(keys.epoch(tenant), `${counters.run()}|1`));
  const decider = createGroupCommit({
    ...platform,
    counters,
    timeoutMs: 5_000,
    recordTtlMs: 60_000,
  });
  const account = { tenant, environment: 'live', keyId: 'key_a', limits: [] } as const;
  // The first two differ in what a narrower alphabet would cut off; the last ends like a command.
  const ids = ['\u20ac', '\u00ac', '日本', 'a\r\n$3\r\n'];
  const ask = () =>
    Promise.all(ids.map((requestId) => decider.decide({ kind: 'admit', account, requestId })));
  expect((await ask()).map(({ verdict }) => verdict)).toEqual(ids.map(() => 'done'));
  expect((await ask()).map(({ verdict }) => verdict)).toEqual(ids.map(() => 'repeated'));
  for (const id of ids)
    expect(await counters.ask((driver) => driver.exists(keys.record(tenant, id)))).toBe(1);
});

test('a call that Redis was not sent is none, and certainly has charged nothing', async () => {
  const sizes: number[] = [];
  const decider = createGroupCommit({
    ...platform,
    counters,
    timeoutMs: 20,
    recordTtlMs: 60_000,
    onBatch: (size) => sizes.push(size),
  });
  const account = { tenant: newId('ten'), environment: 'live', limits: [] } as const;
  const ask = () =>
    decider.decide({ kind: 'admit', account, requestId: 'r' }).catch((error: unknown) => error);
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

test('calls that fail together are looked up together, and in time', async () => {
  const tenantId = newId('ten');
  const sizes: number[] = [];
  const recordTtlMs = 60_000;
  const decider = createGroupCommit({
    ...platform,
    counters,
    timeoutMs: 50,
    recordTtlMs,
    onBatch: (size) => sizes.push(size),
  });
  // Nothing is counted here, so that nothing has to be restored.
  const giveBack = createGiveBack({ decider, restorer: { restore: async () => undefined } });
  const many = Array.from({ length: 40 }, (_, at) => ({ tenantId, requestId: `r${at}` }));
  await eventually({ withinMs: 5_000 }, async () => {
    sizes.length = 0;
    expect(new Set(await Promise.all(many.map(giveBack)))).toEqual(new Set([false]));
    expect(sizes).toEqual([40]);
  });
  // They are remembered, and a charge that comes later finds them.
  const leftMs = await counters.ask((driver) => driver.pttl(keys.record(tenantId, 'r39')));
  expect(leftMs).toBeGreaterThan(recordTtlMs - 10_000);
  redis.pause();
  try {
    const startedMs = performance.now();
    await expect(giveBack({ tenantId, requestId: 'r' })).rejects.toThrow(CountersUnavailable);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  } finally {
    redis.resume();
  }
});

test('a charge whose time is over is not made, and those beside it are', async () => {
  const tenant = newId('ten');
  await counters.ask((driver) => driver.set(keys.epoch(tenant), `${counters.run()}|1`));
  const decider = createGroupCommit({
    ...platform,
    counters,
    timeoutMs: 5_000,
    recordTtlMs: 9_000,
  });
  const account = { tenant, environment: 'live', keyId: 'key_a', limits: [] } as const;
  const nowMs = platform.clock.monotonicMs();
  const charge = (requestId: string, untilMs: number) =>
    decider.decide({ kind: 'charge', account, requestId, untilMs });
  const [late, early, always] = await Promise.allSettled([
    charge('late', nowMs),
    charge('early', nowMs + 60_000),
    charge('always', Number.POSITIVE_INFINITY),
  ]);
  expect(late).toMatchObject({ status: 'rejected', reason: expect.any(ChargeForgotten) });
  expect(early).toMatchObject({ value: { verdict: 'done' } });
  expect(always).toMatchObject({ value: { verdict: 'done' } });
  expect(await counters.ask((driver) => driver.exists(keys.record(tenant, 'late')))).toBe(0);
});
