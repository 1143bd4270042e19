import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fakeHttpTarget } from '@tollgate/testkit';
import { Webhook } from 'standardwebhooks';
import { type Customer, operatorOf, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { send, subscribeTo } from './support/usage.ts';

let system: TestSystem;
let operator: Customer;
beforeAll(async () => {
  system = await startTestSystem({
    settings: { TOLLGATE_WEBHOOK_RETRY_DELAYS: '0s,200ms,200ms,200ms,200ms' },
  });
  operator = await operatorOf(system);
});
afterAll(() => system?.stop());

test('a crossed threshold reaches the webhook once, validly signed, although the target first fails', async () => {
  await using target = await fakeHttpTarget();
  target.answerWith({ status: 500 }, { status: 503 });
  const customer = await signUp(system);
  const endpoint = await customer.call('POST', '/v1/webhook-endpoints', {
    as: 'user',
    body: { url: target.url, event_types: ['usage.threshold_reached'] },
  });
  expect(endpoint).toMatchObject({
    status: 200,
    body: { secret: expect.stringMatching(/^whsec_/) },
  });
  await subscribeTo(system, operator, customer, {
    plan_id: 'ten-a-month',
    limits: [{ limit_id: 'requests-per-month', kind: 'quota', requests: '10', window: 'month' }],
  });
  for (let index = 0; index < 8; index += 1) expect((await send(customer)).status).toBe(200);

  await system.eventually(async () => {
    const deliveries = await deliveriesOf(customer);
    expect(deliveries).toMatchObject([
      { status: 'delivered', event_type: 'usage.threshold_reached' },
    ]);
    expect(deliveries[0]?.attempts.map(({ status_code }) => status_code)).toEqual([500, 503, 200]);
  });
  expect(target.requests).toHaveLength(3);
  const ids = new Set(target.requests.map(({ headers }) => headers['webhook-id']));
  expect(ids.size).toBe(1);
  for (const { body, headers } of target.requests) {
    const verified = new Webhook(endpoint.body.secret).verify(body, headers);
    expect(verified).toMatchObject({
      type: 'usage.threshold_reached',
      data: { tenant_id: customer.tenantId, threshold_percent: 80, limit: '10' },
    });
  }
});

test('a changed subscription reaches the webhook with its full state', async () => {
  await using target = await fakeHttpTarget();
  const customer = await signUp(system);
  await customer.call('POST', '/v1/webhook-endpoints', { as: 'user', body: { url: target.url } });
  await customer.call('POST', '/v1/billing/upgrade', { as: 'user', body: { plan_id: 'pro' } });

  await system.eventually(async () => {
    expect(target.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        type: 'subscription.changed',
        data: {
          subscription: { tenant_id: customer.tenantId, plan_id: 'pro', status: 'active' },
          previous_plan_id: 'free',
        },
      },
    ]);
  });
});

async function deliveriesOf(customer: Customer) {
  const listed = await customer.call('GET', '/v1/webhook-deliveries', { as: 'user' });
  expect(listed.status).toBe(200);
  return listed.body.deliveries as {
    status: string;
    event_type: string;
    attempts: { status_code: number }[];
  }[];
}
