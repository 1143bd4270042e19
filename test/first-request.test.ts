import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Customer, call, createKey, operatorOf, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { expectUsage, send, subscribeTo } from './support/usage.ts';

let system: TestSystem;
let operator: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  operator = await operatorOf(system);
});
afterAll(() => system?.stop());

test('a new customer signs up, gets a key, is served and sees what is left', async () => {
  const customer = await signUp(system);
  const sent = await send(customer);

  expect(sent.status).toBe(200);
  expect(sent.body).toMatchObject({ message_id: expect.any(String), status: 'sent' });
  expect(Number(sent.headers.get('x-ratelimit-limit')?.split(',')[0])).toBe(60);
  expect(Number(sent.headers.get('x-ratelimit-remaining'))).toBe(59);
  expect(Number(sent.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
  expect(sent.headers.get('x-request-id')).toBeTruthy();

  const found = await customer.call('GET', `/v1/messages/${sent.body.message_id}`);
  expect(found.body).toMatchObject({ message_id: sent.body.message_id, status: 'sent' });
  expect((await customer.call('GET', '/v1/widgets')).body.widgets).toHaveLength(3);

  const left = await customer.call('GET', '/v1/rate-limit');
  expect(left.body).toMatchObject({ tenant_id: customer.tenantId, plan_id: 'free' });
  expect(Number(left.body.requests_remaining)).toBeLessThanOrEqual(60);
  expect(left.body.limits.map((limit: { limit_id: string }) => limit.limit_id)).toEqual([
    'requests-per-minute',
    'requests-per-month',
  ]);
  await expectUsage(system, customer, 3);
});

test('a reached limit is refused with its name, and obeying retry-after succeeds', async () => {
  const customer = await signUp(system);
  await subscribeTo(system, operator, customer, {
    plan_id: 'two-a-second',
    limits: [{ limit_id: 'requests-per-second', kind: 'rate', requests: '2', window: 'second' }],
  });
  const answers = await Promise.all(Array.from({ length: 12 }, () => send(customer)));
  const refused = answers.find(({ status }) => status === 429);

  expect(refused).toBeDefined();
  expect(refused?.body).toMatchObject({
    code: 8,
    message: expect.any(String),
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'RATE_LIMITED',
        metadata: { limit: 'requests-per-second' },
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo' },
    ],
  });
  expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0');
  const retryAfterSeconds = Number(refused?.headers.get('retry-after'));
  expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
  await system.wait(retryAfterSeconds * 1_000);
  expect((await send(customer)).status).toBe(200);
});

test('a used-up month is refused as a quota and the refusal charges nothing', async () => {
  const customer = await signUp(system);
  await subscribeTo(system, operator, customer, {
    plan_id: 'three-a-month',
    limits: [{ limit_id: 'requests-per-month', kind: 'quota', requests: '3', window: 'month' }],
  });
  const statuses = [];
  for (let index = 0; index < 6; index += 1) statuses.push((await send(customer)).status);

  expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
  const refused = await send(customer);
  expect(refused.body.details[0]).toMatchObject({
    reason: 'QUOTA_EXCEEDED',
    metadata: { limit: 'requests-per-month' },
  });
  await expectUsage(system, customer, 3);
});

test('a call that the upstream fails is given back, whatever the 5xx', async () => {
  const customer = await signUp(system);
  expect((await send(customer)).status).toBe(200);
  expect((await send(customer, 500)).status).toBe(500);
  expect((await send(customer, 503)).status).toBe(503);
  expect((await send(customer, 404)).status).toBe(404);
  await expectUsage(system, customer, 2);
});

test('an upgrade reaches the gates within a second, and the month costs what the plan says', async () => {
  const customer = await signUp(system);
  let calls = 0;
  const limitNow = async () => {
    const answer = await send(customer);
    expect(answer.status).toBe(200);
    calls += 1;
    return Number(answer.headers.get('x-ratelimit-limit')?.split(',')[0]);
  };
  // Both gates know the free plan by now, each from several calls.
  for (let index = 0; index < 8; index += 1) expect(await limitNow()).toBe(60);

  const upgraded = await customer.call('POST', '/v1/billing/upgrade', {
    as: 'user',
    body: { plan_id: 'pro' },
  });
  expect(upgraded.body).toMatchObject({ plan_id: 'pro', status: 'active' });
  await system.eventually(
    async () => {
      for (let index = 0; index < 4; index += 1) expect(await limitNow()).toBe(1_200);
    },
    { withinMs: 1_000 },
  );
  const burst = await Promise.all(Array.from({ length: 80 }, () => limitNow()));
  expect(new Set(burst)).toEqual(new Set([1_200]));

  await expectUsage(system, customer, calls);
  expect((await customer.call('GET', '/v1/billing/calculate')).body).toMatchObject({
    currency: 'USD',
    plan_id: 'pro',
    total: '29.00',
    quantity: String(calls),
  });
});

test('overage is billed exactly, rounded once', async () => {
  const customer = await signUp(system);
  await subscribeTo(system, operator, customer, {
    plan_id: 'overage',
    prices: [
      { price_id: 'fee', kind: 'flat', amount: '5' },
      {
        price_id: 'requests',
        meter: 'requests',
        kind: 'per_unit',
        unit_price: '0.0335',
        free_units: '3',
      },
    ],
    limits: [{ limit_id: 'requests-per-minute', kind: 'rate', requests: '1000', window: 'minute' }],
  });
  for (let index = 0; index < 10; index += 1) await send(customer);
  await expectUsage(system, customer, 10);
  const bill = (await customer.call('GET', '/v1/billing/calculate')).body;

  expect(
    bill.lines.map(({ quantity, unit_amount, amount }: Record<string, string>) => ({
      quantity,
      unit_amount,
      amount,
    })),
  ).toEqual([
    { quantity: '1', unit_amount: '5.00', amount: '5.00' },
    { quantity: '3', unit_amount: '0', amount: '0.00' },
    { quantity: '7', unit_amount: '0.0335', amount: '0.23' },
  ]);
  expect(bill.total).toBe('5.23');
});

test('calls to Tollgate itself have limits of their own and are never billed', async () => {
  const customer = await signUp(system);
  for (let index = 0; index < 5; index += 1) {
    expect((await customer.call('GET', '/v1/usage')).status).toBe(200);
  }
  await expectUsage(system, customer, 0);
});

test('the old prefix /api/v1 serves the same calls', async () => {
  const customer = await signUp(system);
  expect((await customer.call('GET', '/api/v1/widgets')).status).toBe(200);
  expect((await customer.call('GET', '/api/v1/rate-limit')).body.tenant_id).toBe(customer.tenantId);
  expect((await call(system, 'GET', '/api/v1/rate-limit')).status).toBe(401);
});

test('a key with a limit of its own is held to it, other keys of the tenant are not', async () => {
  const customer = await signUp(system);
  const slow = await createKey(customer, system, { rate_limit: { requests: 2, seconds: 3600 } });
  const statuses = [];
  for (let index = 0; index < 3; index += 1) {
    const answer = await customer.call('GET', '/v1/widgets', {
      headers: { 'x-api-key': slow.apiKey },
    });
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  expect((await customer.call('GET', '/v1/widgets')).status).toBe(200);
});

test('operations are reachable through the gateway without a key, metrics are not', async () => {
  for (const path of ['/healthz', '/readyz', '/health', '/health/live', '/health/ready']) {
    expect(await call(system, 'GET', path)).toMatchObject({ status: 200 });
  }
  const keys = await call(system, 'GET', '/.well-known/jwks.json');
  expect(keys.body.keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' });
  expect((await call(system, 'GET', '/metrics')).status).toBe(401);
  expect((await operator.call('GET', '/metrics')).status).toBe(404);
});
