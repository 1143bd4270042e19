import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Customer, call, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let customer: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  customer = await signUp(system);
});
afterAll(() => system?.stop());

test('every violated field is named at once', async () => {
  const answer = await call(system, 'POST', '/v1/auth/signup', {
    body: { email: 'not-an-address', password: 'short', tenant: 'Not A Slug' },
  });
  expect(answer.status).toBe(400);
  const bad = answer.body.details.find((detail: { '@type': string }) =>
    detail['@type'].endsWith('google.rpc.BadRequest'),
  );
  expect(bad.field_violations.map(({ field }: { field: string }) => field).toSorted()).toEqual([
    'email',
    'password',
    'tenant',
  ]);
  expect(answer.body.details[0]).toMatchObject({ reason: 'INVALID_INPUT', domain: 'tollgate.dev' });
});

test('both spellings of a field are understood', async () => {
  const snake = await customer.call('POST', '/v1/webhook-endpoints', {
    as: 'user',
    body: { url: 'http://127.0.0.1:9/a', event_types: ['subscription.changed'] },
  });
  const camel = await customer.call('POST', '/v1/webhook-endpoints', {
    as: 'user',
    body: { url: 'http://127.0.0.1:9/b', eventTypes: ['subscription.changed'] },
  });
  expect(snake.body.endpoint.event_types).toEqual(['subscription.changed']);
  expect(camel.body.endpoint.event_types).toEqual(['subscription.changed']);
});

const badBodies: [string, string | Uint8Array, Record<string, string>?][] = [
  ['a text with the character NUL', '{"name": "a\\u0000b"}'],
  ['broken JSON', '{"name": '],
  ['a JSON array', '[]'],
  ['a JSON number', '7'],
  ['a wrong type', '{"name": {"first": "x"}}'],
  ['a number out of range', '{"name":"x","rate_limit":{"requests":99999999999}}'],
  ['a fraction for an integer', '{"name":"x","rate_limit":{"requests":1.5}}'],
  ['an instant that is none', '{"name":"x","expires_at":"yesterday"}'],
  [
    'invalid UTF-8',
    Uint8Array.from([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  ],
  ['deep nesting', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ['deep arrays', `{"scopes":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['an unknown enumeration value', '{"name":"x","environment":"staging"}'],
  ['nothing at all', ''],
];

test.each(badBodies)('%s in a body is the caller’s fault, never ours', async (_, body) => {
  const response = await fetch(`${system.baseUrl}/v1/keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${customer.accessToken}`,
      'content-type': 'application/json',
    },
    body: body as NonNullable<RequestInit['body']>,
  });
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: 400 });
  expect(JSON.parse(text)).toMatchObject({ code: 3, message: expect.any(String) });
});

test('a body beyond the cap is 413, before any service reads it', async () => {
  const answer = await customer.call('POST', '/v1/keys', {
    as: 'user',
    body: { name: 'x'.repeat(2 * 1024 * 1024) },
  });
  expect(answer.status).toBe(413);
});

test.each([
  ['an unknown query parameter', '/v1/keys?colour=blue'],
  ['a page size that is no number', '/v1/keys?page_size=many'],
  ['a page size out of range', '/v1/keys?page_size=1000000'],
  ['a page token of our own making', '/v1/keys?page_token=bm9uc2Vuc2U'],
  ['an id of another kind', '/v1/keys/usr_01hzzzzzzzzzzzzzzzzzzzzzzz'],
  ['an id that is none', '/v1/keys/none'],
  [
    'a range that ends before it starts',
    '/v1/usage?start=2026-02-01T00:00:00Z&end=2026-01-01T00:00:00Z',
  ],
  ['an unknown window', '/v1/usage?window=fortnight'],
  ['an unknown zone', '/v1/usage?time_zone=Europe/Atlantis'],
  ['a broken percent escape', '/v1/keys/%zz'],
  ['invalid UTF-8 in a path', '/v1/keys/%ff%fe'],
  ['a null byte in a path', '/v1/keys/%00'],
])('%s is 400 or 404', async (_, path) => {
  const answer = await customer.call('GET', path, { as: 'user' });
  expect([400, 404]).toContain(answer.status);
});

test('a broken protobuf message is INVALID_ARGUMENT', async () => {
  const response = await fetch(`${system.baseUrl}/tollgate.auth.v1.AuthService/CreateApiKey`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${customer.accessToken}`,
      'content-type': 'application/proto',
      'connect-protocol-version': '1',
    },
    body: Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'invalid_argument' });
});

test('an unknown path is 404 with a body of the usual shape', async () => {
  for (const path of ['/', '/v1', '/v1/nothing', '/v2/keys', '/admin', '/.env']) {
    const answer = await customer.call('GET', path);
    expect({ path, status: answer.status, code: answer.body?.code }).toEqual({
      path,
      status: 404,
      code: 5,
    });
  }
});

test('garbage on the socket is refused and the gateway goes on', async () => {
  const { port } = new URL(system.baseUrl);
  for (const garbage of [
    'GET / HTTP/9.9\r\n\r\n',
    '\x00\x01\x02\x03\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\njunk-frames',
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(garbage));
      socket.on('data', () => undefined);
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
  }
  expect((await customer.call('GET', '/v1/widgets')).status).toBe(200);
});

test('a repeated write with the same idempotency key is done once, another input conflicts', async () => {
  const headers = { 'idempotency-key': 'create-key-1' };
  const create = (name: string) =>
    customer.call('POST', '/v1/keys', { as: 'user', headers, body: { name } });
  const first = await create('once');
  const again = await create('once');
  const other = await create('twice');

  expect(first.status).toBe(200);
  expect(again.body.key_id).toBe(first.body.key_id);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(other.status).toBe(409);
  expect(other.body.details[0].reason).toBe('IDEMPOTENCY_KEY_REUSED');
  const keys = (await customer.call('GET', '/v1/keys', { as: 'user' })).body.keys;
  expect(keys.filter(({ name }: { name: string }) => name === 'once')).toHaveLength(1);
});
