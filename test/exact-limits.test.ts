import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { burst, tally } from './support/burst.ts';
import { type Customer, operatorOf, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { expectUsage, subscribeTo } from './support/usage.ts';

const REQUESTS = 2_000;
const LIMIT = 100;
const ROUNDS_MAX = 5;

let system: TestSystem;
let operator: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  operator = await operatorOf(system);
});
afterAll(() => system?.stop());

async function accountWithLimit(kind: 'rate' | 'quota'): Promise<Customer> {
  const customer = await signUp(system);
  await subscribeTo(system, operator, customer, {
    plan_id: `hundred-${kind}-${customer.tenantId.slice(-8)}`,
    limits: [
      kind === 'quota'
        ? { limit_id: 'requests-per-month', kind, requests: String(LIMIT), window: 'month' }
        : { limit_id: 'requests-per-hour', kind, requests: String(LIMIT), window: 'hour' },
    ],
  });
  return customer;
}

const outcomesOf = (customer: Customer, requests = REQUESTS) =>
  burst({ baseUrl: system.baseUrl, requests, path: '/v1/widgets', key: customer.apiKey });

/** A machine that is busy with other things may leave calls undecided: those are sent again. */
async function decidedOutcomesOf(customer: Customer): Promise<string[]> {
  const decided: string[] = [];
  for (let round = 1; round <= ROUNDS_MAX && decided.length < REQUESTS; round += 1) {
    const outcomes = await outcomesOf(customer, REQUESTS - decided.length);
    decided.push(...outcomes.filter((outcome) => !outcome.startsWith('503')));
  }
  return decided;
}

test.each(['rate', 'quota'] as const)(
  '2,000 concurrent requests on a %s of 100 admit exactly 100 with two gates',
  async (kind) => {
    const customer = await accountWithLimit(kind);
    // A rate of 100 an hour refills one request in 36 seconds, far longer than the burst lasts.
    expect(tally(await decidedOutcomesOf(customer))).toEqual({ 200: LIMIT, 429: REQUESTS - LIMIT });
    await expectUsage(system, customer, LIMIT);
  },
);

test('never more than 100 are admitted while a gate is killed and restarted, and every request is answered', async () => {
  const customer = await accountWithLimit('quota');
  const gate = system.process('gate-1');
  const answering = outcomesOf(customer);
  await system.eventually(async () => {
    expect(await system.usageInRedis(customer.tenantId)).toBeGreaterThan(0);
  });
  await gate.kill();
  const outcomes = tally(await answering);
  await gate.ready();

  const { 200: admitted = 0, 429: refused = 0, ...others } = outcomes;
  expect(admitted).toBeGreaterThan(0);
  expect(admitted).toBeLessThanOrEqual(LIMIT);
  // The gate's death may undecide a request; it is told so, and nothing else happens.
  const undecided = Object.values(others).reduce((sum, count) => sum + count, 0);
  expect(Object.keys(others).filter((outcome) => !outcome.startsWith('503'))).toEqual([]);
  expect(admitted + refused + undecided).toBe(REQUESTS);

  // What was charged is what was admitted, but for requests whose answer died with the gate.
  const charged = await system.usageInRedis(customer.tenantId);
  expect(charged).toBeGreaterThanOrEqual(admitted);
  expect(charged).toBeLessThanOrEqual(LIMIT);
  await expectUsage(system, customer, charged);
});
