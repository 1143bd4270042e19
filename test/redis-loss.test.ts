import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Customer, operatorOf, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { expectUsage, send, subscribeTo, upgradeTo } from './support/usage.ts';

let system: TestSystem;
let operator: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  operator = await operatorOf(system);
});
afterAll(() => system?.stop());

async function tenAMonth(): Promise<Customer> {
  const customer = await signUp(system);
  await subscribeTo(system, operator, customer, {
    plan_id: `ten-a-month-${customer.tenantId.slice(-8)}`,
    limits: [{ limit_id: 'requests-per-month', kind: 'quota', requests: '10', window: 'month' }],
  });
  return customer;
}

test('Redis restarted empty in mid-month: the count continues from Postgres and the quota holds', async () => {
  const customer = await tenAMonth();
  for (let index = 0; index < 7; index += 1) expect((await send(customer)).status).toBe(200);
  await expectUsage(system, customer, 7);

  await system.redis.kill();
  await system.redis.start({ data: 'empty' });

  const statuses: number[] = [];
  await system.eventually(async () => {
    const { status } = await send(customer);
    if (status !== 503) statuses.push(status);
    expect(status).toBe(429);
  });
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  await expectUsage(system, customer, 10);
});

test('Redis emptied under running connections: the count continues from Postgres', async () => {
  const customer = await tenAMonth();
  for (let index = 0; index < 4; index += 1) await send(customer);
  await expectUsage(system, customer, 4);

  await flush(system);

  const statuses: number[] = [];
  for (let index = 0; index < 8; index += 1) statuses.push((await send(customer)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
  await expectUsage(system, customer, 10);
});

test('a hard quota is not served before the restore', async () => {
  const customer = await tenAMonth();
  for (let index = 0; index < 10; index += 1) await send(customer);
  await expectUsage(system, customer, 10);
  const restore = await system.cutDatabase();
  await flush(system);

  const answers = await Promise.all(Array.from({ length: 20 }, () => send(customer)));
  expect(answers.filter(({ status }) => status === 200)).toEqual([]);
  expect(answers[0]).toMatchObject({ status: 503 });

  await restore();
  await system.eventually(async () => expect((await send(customer)).status).toBe(429));
});

test('Redis gone: a plan that denies is told so at once, with retry-after, and counts nothing', async () => {
  const customer = await tenAMonth();
  await send(customer);
  await expectUsage(system, customer, 1);
  await system.redis.kill();

  const started = performance.now();
  const answer = await send(customer);
  const tookMs = performance.now() - started;
  expect(answer).toMatchObject({ status: 503, body: { code: 14 } });
  expect(answer.headers.get('retry-after')).toBe('1');
  // Nobody waits for Redis: far less than the five seconds that Envoy gives the gate here.
  expect(tookMs).toBeLessThan(2_000);

  await system.redis.start({ data: 'empty' });
  await system.eventually(async () => expect((await send(customer)).status).toBe(200));
});

test('Redis gone: a plan that allows is served, says so, and is counted when Redis is back', async () => {
  const customer = await signUp(system);
  await upgradeTo(system, customer, 'pro');
  await send(customer);
  await expectUsage(system, customer, 1);
  await system.redis.kill();

  const answers = [];
  for (let index = 0; index < 5; index += 1) answers.push(await send(customer));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers[4]?.headers.get('x-tollgate-degraded')).toBe('true');

  await system.redis.start({ data: 'empty' });
  await expectUsage(system, customer, 6);
});

test('Redis slow: a call whose client leaves while it is decided is not billed', async () => {
  const customer = await tenAMonth();
  await send(customer);
  await expectUsage(system, customer, 1);

  const client = new AbortController();
  system.redis.pause();
  const headers = { 'x-api-key': customer.apiKey };
  const leaving = fetch(`${system.baseUrl}/echo/left`, { headers, signal: client.signal });
  // Long enough for the question to reach Redis, short enough for the gate to wait for the answer.
  await system.wait(150);
  client.abort();
  await expect(leaving).rejects.toThrow();
  system.redis.resume();

  await expectUsage(system, customer, 1);
  expect((await send(customer)).status).toBe(200);
  await expectUsage(system, customer, 2);
});

async function flush({ redis: { url } }: TestSystem): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}
