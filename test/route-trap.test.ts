import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documentedCalls } from '@tollgate/gateway/testing/documented-calls';
import { pathVariants } from '@tollgate/gateway/testing/path-variants';
import { type RawAnswer, type RawRequest, rawClient } from '@tollgate/gateway/testing/raw-request';
import { type Customer, operatorOf, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { send, subscribeTo } from './support/usage.ts';

/** Enough to set the tenant up; then it is soon used up, and refills one call in three seconds. */
const API_CALLS_PER_MINUTE = 20;
const AT_ONCE = 16;

let system: TestSystem;
let spent: Customer;
beforeAll(async () => {
  system = await startTestSystem({
    settings: { TOLLGATE_API_LIMIT_PER_MINUTE: String(API_CALLS_PER_MINUTE) },
  });
  const operator = await operatorOf(system);
  spent = await signUp(system);
  await subscribeTo(system, operator, spent, {
    plan_id: 'one-a-month',
    limits: [{ limit_id: 'requests-per-month', kind: 'quota', requests: '1', window: 'month' }],
  });
  expect((await send(spent)).status).toBe(200);
  // From here on the tenant may not call anything: its quota and its API limit are used up.
  await system.eventually(async () => {
    expect((await spent.call('GET', '/v1/rate-limit')).status).toBe(429);
  });
});
afterAll(() => system?.stop());

const protectedCalls = [
  ...documentedCalls().filter(({ access }) => access === 'credential'),
  ...['/v1/messages/send', '/api/v1/messages/send', '/echo/anything'].map((path) => ({
    method: 'POST',
    path,
  })),
  { method: 'GET', path: '/v1/widgets' },
];

function spellings(headers: Record<string, string>): RawRequest[] {
  return protectedCalls.flatMap(({ method, path }) =>
    [path, ...pathVariants(path)].map((spelling) => ({
      method,
      path: spelling,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
    })),
  );
}

async function sendAll(requests: readonly RawRequest[]): Promise<RawAnswer[]> {
  using client = rawClient({ port: Number(new URL(system.baseUrl).port) });
  const answers: RawAnswer[] = [];
  const queue = [...requests.entries()];
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      answers[next[0]] = await client.send(next[1]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

const served = (requests: readonly RawRequest[], answers: readonly RawAnswer[]) =>
  answers.flatMap(({ status }, index) =>
    status >= 200 && status < 400 ? [`${requests[index]?.method} ${requests[index]?.path}`] : [],
  );

test('no spelling of a documented path is served without a credential', async () => {
  const requests = spellings({});
  const answers = await sendAll(requests);
  expect(requests.length).toBeGreaterThan(1_000);
  expect(served(requests, answers)).toEqual([]);
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].filter((status) => ![400, 401, 403, 404].includes(status))).toEqual([]);
  expect(system.echo.requests).toEqual([]);
});

test('no spelling gets past the limiter of a tenant that has nothing left', async () => {
  const startedMs = performance.now();
  const requests = spellings({ 'x-api-key': spent.apiKey });
  const answers = await sendAll(requests);
  const minutes = (performance.now() - startedMs) / 60_000;

  expect(served(requests, answers).length).toBeLessThanOrEqual(
    1 + Math.ceil(API_CALLS_PER_MINUTE * minutes),
  );
  expect(system.echo.requests).toEqual([]);
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(100);
  expect(await system.usageInRedis(spent.tenantId)).toBe(1);
});
