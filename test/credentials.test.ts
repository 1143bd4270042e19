import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Customer, call, createKey, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let customer: Customer;
let stranger: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  customer = await signUp(system);
  stranger = await signUp(system);
});
afterAll(() => system?.stop());

const reasonOf = (answer: { body: { details: { reason: string }[] } }) =>
  answer.body.details[0]?.reason;

test('no credential is 401 and says which one is missing', async () => {
  const answer = await call(system, 'GET', '/v1/widgets');
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBeTruthy();
  expect(answer.body).toMatchObject({ code: 16 });
  expect(reasonOf(answer)).toBe('CREDENTIAL_MISSING');
});

test.each([
  ['a word', { 'x-api-key': 'nonsense' }],
  ['a key with a broken checksum', { 'x-api-key': `tg_live_${'A'.repeat(36)}` }],
  ['an empty bearer', { authorization: 'Bearer ' }],
  ['a JWT without signature', { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' }],
  ['basic authentication', { authorization: 'Basic dXNlcjpwYXNz' }],
])('%s is 401', async (_, headers) => {
  const answer = await call(system, 'GET', '/v1/widgets', { headers });
  expect(answer.status).toBe(401);
});

test('two different credentials in one request are refused', async () => {
  const answer = await call(system, 'GET', '/v1/widgets', {
    headers: { 'x-api-key': customer.apiKey, authorization: `Bearer ${stranger.accessToken}` },
  });
  expect(answer.status).toBe(401);
});

test('a revoked key is refused within a second, and stays refused', async () => {
  const { keyId, apiKey } = await createKey(customer, system);
  const withKey = { headers: { 'x-api-key': apiKey } };
  expect((await call(system, 'GET', '/v1/widgets', withKey)).status).toBe(200);

  const revoked = await customer.call('DELETE', `/v1/keys/${keyId}`, { as: 'user' });
  expect(revoked).toMatchObject({ status: 200, body: { key: { status: 'revoked' } } });
  await system.eventually(
    async () => {
      const answer = await call(system, 'GET', '/v1/widgets', withKey);
      expect(answer.status).toBe(401);
      expect(reasonOf(answer)).toBe('API_KEY_REVOKED');
    },
    { withinMs: 1_000 },
  );
});

test('a logged-out session is refused within a second', async () => {
  const leaver = await signUp(system);
  expect((await leaver.call('POST', '/v1/auth/logout', { as: 'user', body: {} })).status).toBe(200);
  await system.eventually(
    async () => {
      expect((await leaver.call('GET', '/v1/auth/me', { as: 'user' })).status).toBe(401);
    },
    { withinMs: 1_000 },
  );
});

test('a refresh token works once and its reuse later ends the session', async () => {
  const user = await signUp(system);
  const refreshed = await call(system, 'POST', '/v1/auth/refresh', {
    body: { refresh_token: user.refreshToken },
  });
  expect(refreshed).toMatchObject({ status: 200, body: { token_type: 'bearer' } });
  expect(refreshed.body.refresh_token).not.toBe(user.refreshToken);
  const again = await call(system, 'POST', '/v1/auth/refresh', {
    body: { refresh_token: refreshed.body.refresh_token },
  });
  expect(again.status).toBe(200);
});

test('forged identity headers have no effect, also not on an anonymous call', async () => {
  const forged = {
    'x-tollgate-tenant': stranger.tenantId,
    'x-tollgate-token': 'forged',
    'x-tollgate-key': 'key_forged',
    'x-tollgate-cost': '-100',
  };
  const anonymous = await call(system, 'GET', '/v1/auth/me', { headers: forged });
  expect(anonymous.status).toBe(401);
  const own = await customer.call('GET', '/v1/auth/me', { headers: forged });
  expect(own.body.tenant_id).toBe(customer.tenantId);
});

test("another tenant's key, tenant, members and endpoints do not exist for a stranger", async () => {
  const endpoint = await customer.call('POST', '/v1/webhook-endpoints', {
    as: 'user',
    body: { url: 'http://127.0.0.1:9/hook' },
  });
  const endpointId = endpoint.body.endpoint_id;
  const attempts: [string, string, unknown?][] = [
    ['GET', `/v1/keys/${customer.keyId}`],
    ['DELETE', `/v1/keys/${customer.keyId}`],
    ['GET', `/v1/tenants/${customer.tenantId}`],
    ['PATCH', `/v1/tenants/${customer.tenantId}`, { tenant_name: 'taken over' }],
    ['GET', `/v1/tenants/${customer.tenantId}/users`],
    ['DELETE', `/v1/tenants/${customer.tenantId}/users/${customer.userId}`],
    ['PATCH', `/v1/tenants/${customer.tenantId}/users/${customer.userId}`, { role: 'viewer' }],
    [
      'POST',
      `/v1/tenants/${customer.tenantId}/invitations`,
      { email: 'stranger@example.com', role: 'owner' },
    ],
    ['GET', `/v1/webhook-endpoints/${endpointId}`],
    ['DELETE', `/v1/webhook-endpoints/${endpointId}`],
  ];
  for (const [method, path, body] of attempts) {
    const answer = await stranger.call(method, path, {
      as: 'user',
      ...(body === undefined ? {} : { body }),
    });
    expect({ method, path, status: answer.status }).toEqual({ method, path, status: 404 });
  }
  expect((await customer.call('GET', '/v1/auth/me')).status).toBe(200);
  expect(
    (await customer.call('GET', `/v1/tenants/${customer.tenantId}`, { as: 'user' })).status,
  ).toBe(200);
});

test('a query parameter that overrides a path variable reaches nothing of another tenant', async () => {
  const answer = await stranger.call('GET', `/v1/keys/${stranger.keyId}?key_id=${customer.keyId}`, {
    as: 'user',
  });
  expect([400, 404]).toContain(answer.status);
  const tenant = await stranger.call(
    'GET',
    `/v1/tenants/${stranger.tenantId}?tenant_id=${customer.tenantId}`,
    { as: 'user' },
  );
  expect([400, 404]).toContain(tenant.status);
});

test('a key without the scope is known and refused', async () => {
  const { apiKey } = await createKey(customer, system, { scopes: ['metering.usage.read'] });
  const withKey = { headers: { 'x-api-key': apiKey } };
  expect((await call(system, 'GET', '/v1/usage', withKey)).status).toBe(200);
  for (const path of ['/v1/widgets', '/v1/keys', '/v1/billing/calculate']) {
    const answer = await call(system, 'GET', path, withKey);
    expect({ path, status: answer.status }).toEqual({ path, status: 403 });
  }
});

test('a customer is not an operator', async () => {
  for (const [method, path, body] of [
    ['GET', '/v1/tenants', undefined],
    ['POST', '/v1/tenants', { tenant_name: 'x', admin_email: 'x@example.com' }],
    [
      'POST',
      '/v1/plans',
      {
        plan_id: 'own',
        name: 'own',
        limits: [{ limit_id: 'a', kind: 'rate', requests: '1', window: 'minute' }],
      },
    ],
  ] as const) {
    const answer = await customer.call(method, path, { as: 'user', ...(body ? { body } : {}) });
    expect({ path, status: answer.status }).toEqual({ path, status: 403 });
  }
});

test('the upstream never sees a Tollgate credential, and knows the tenant', async () => {
  const byKey = await customer.call('GET', '/echo/anything?a=b');
  const byUser = await customer.call('GET', '/echo/anything', { as: 'user' });

  expect(byKey.body.path).toBe('/echo/anything?a=b');
  for (const { body } of [byKey, byUser]) {
    expect(body.headers['x-tollgate-tenant']).toBe(customer.tenantId);
    expect(body.headers['x-api-key']).toBeUndefined();
    expect(body.headers.authorization).toBeUndefined();
  }
});

test('guessing a password ends with 429 and says when to come back', async () => {
  const body = { email: 'guessed@example.com', password: 'not this one' };
  const login = () => call(system, 'POST', '/v1/auth/login', { body });
  let answer = await login();
  for (let tries = 1; tries < 20 && answer.status === 401; tries += 1) answer = await login();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(reasonOf(answer)).toBe('RATE_LIMITED');
});
