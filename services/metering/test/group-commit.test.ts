import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tollgate/runtime';
import { type OwnServer, ownRedis, testPlatform } from '@tollgate/testkit';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { createGroupCommit } from '../src/counters/group-commit.ts';
import { keys } from '../src/counters/keys.ts';
import { quotaLimit } from '../src/domain/limit.ts';

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
  await counters.redis.set(keys.epoch(tenant), `${counters.run()}|1`);
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
