import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Account, operatorOf, signUp } from './support/account.ts';
import { burst } from './support/burst.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { expectUsage, subscribeTo } from './support/usage.ts';

const REQUESTS = 2_000;
const LIMIT = 100;

let system: TestSystem;
let operator: Account;
beforeAll(async () => {
  system = await startTestSystem();
  operator = await operatorOf(system);
});
afterAll(() => system?.stop());

async function accountWithLimit(kind: 'rate' | 'quota'): Promise<Account> {
  const account = await signUp(system);
  await subscribeTo(system, operator, account, {
    plan_id: `hundred-${kind}-${account.tenantId.slice(-8)}`,
    limits: [
      kind === 'quota'
        ? { limit_id: 'requests-per-month', kind, requests: String(LIMIT), window: 'month' }
        : { limit_id: 'requests-per-hour', kind, requests: String(LIMIT), window: 'hour' },
    ],
  });
  return account;
}

const statusesOf = (account: Account) =>
  burst({ baseUrl: system.baseUrl, requests: REQUESTS, path: '/v1/widgets', key: account.apiKey });

test.each(['rate', 'quota'] as const)(
  '2,000 concurrent requests on a %s of 100 admit exactly 100 with two gates',
  async (kind) => {
    const account = await accountWithLimit(kind);
    const statuses = await statusesOf(account);

    // A rate of 100 an hour refills one request in 36 seconds, far longer than the burst lasts.
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(REQUESTS - LIMIT);
    await expectUsage(system, account, LIMIT);
  },
);

test('never more than 100 are admitted while a gate is killed and restarted, and every request is answered', async () => {
  const account = await accountWithLimit('quota');
  const gate = system.process('gate-1');
  const answering = statusesOf(account);
  await system.eventually(async () => {
    expect(await system.usageInRedis(account.tenantId)).toBeGreaterThan(0);
  });
  await gate.kill();
  const statuses = await answering;
  await gate.ready();

  expect(statuses).toHaveLength(REQUESTS);
  expect(statuses.filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  const admitted = statuses.filter((status) => status === 200).length;
  expect(admitted).toBeLessThanOrEqual(LIMIT);
  expect(admitted).toBeGreaterThan(0);

  // What was charged is what was admitted, but for requests whose answer died with the gate.
  const charged = await system.usageInRedis(account.tenantId);
  expect(charged).toBeGreaterThanOrEqual(admitted);
  expect(charged).toBeLessThanOrEqual(LIMIT);
  await expectUsage(system, account, charged);
});
