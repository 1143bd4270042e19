import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { idInSets } from '../../src/admission/packed-id.ts';
import { periodAt } from '../../src/counters/domain/id-period.ts';
import { shardNames } from '../../src/counters/names.ts';
import { quota, startTestMetering, type TestMetering } from '../support/metering.ts';

let metering: TestMetering;
beforeAll(async () => {
  metering = await startTestMetering({
    // As long as no call of the test may come again unnoticed.
    gate: { TOLLGATE_REDIS_TIMEOUT_MS: '250', TOLLGATE_DECISION_TIMEOUT_MS: '60000' },
  });
});
afterAll(async () => metering?.[Symbol.asyncDispose]());

test('a call comes again as late as Envoy waits: charged once', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  const rid = randomUUID();
  // Charged at another gate, which has hung since.
  await metering.inRedis(async (redis) => {
    const [seconds] = await redis.time();
    const period = periodAt(Number(seconds) * 1_000_000);
    await redis.sadd(shardNames(0).ids(period - 2), idInSets(rid));
  });
  expect((await metering.gates[1].admit({ tenant, rid })).code).toBe('OK');
  expect((await metering.usageApi(tenant).getUsage({})).total).toBe(0n);
});

test('charged, saved, lost with Redis, and asked again at the other gate: not counted twice', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  const usage = async () => Number((await metering.usageApi(tenant).getUsage({})).total);
  await metering.gates[1].admit({ tenant });
  expect(await usage()).toBe(1);
  metering.link.loseAnswers();
  const { code, requestId: rid } = await metering.gates[0].admit({ tenant });
  expect(code).toBe(14);
  expect(await usage()).toBe(2);
  metering.link.cut();
  await metering.redis.kill();
  await metering.redis.start({ data: 'empty' });
  await eventually({ withinMs: 10_000 }, async () => {
    expect(metering.redisHealth()).toMatch(/ok|may still come again/);
  });
  expect((await metering.gates[1].admit({ tenant, rid })).code).toBe(14);
  expect(await usage()).toBe(2);
});
