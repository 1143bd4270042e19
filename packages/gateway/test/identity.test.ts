import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testKey } from './support/auth-peer.ts';
import { type RawClient, rawClient } from './support/raw-request.ts';
import { forms, startTestGateway, type TestGateway } from './support/start-gateway.ts';

describe.each(forms)('%s', (form) => {
  let gateway: TestGateway;
  let client: RawClient;

  beforeAll(async () => {
    gateway = await startTestGateway({ form });
    client = rawClient({ port: gateway.port });
  });

  afterAll(async () => {
    client[Symbol.dispose]();
    await gateway[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    for (const peer of [gateway.auth, gateway.api, gateway.upstream, ...gateway.gates]) {
      peer.seen.splice(0);
    }
  });

  const forged = {
    'x-tollgate-token': 'forged',
    'X-Tollgate-Tenant': 'ten_other',
    'x-tollgate-key': 'key_other',
    'x-tollgate-anything': 'forged',
    'x-envoy-original-path': '/forged',
    'x-envoy-internal': 'true',
    'x-request-id': 'chosen-by-the-client',
    'x-forwarded-for': '203.0.113.9',
  };

  describe('headers that a client forges', () => {
    test('never reach a protected API, and the key does not either', async () => {
      const headers = { ...forged, 'x-api-key': testKey };
      const answer = await client.send({ path: '/v1/messages/7', headers });
      const [seen] = gateway.upstream.seen;
      expect(answer.status).toBe(200);
      expect(seen?.headers['x-tollgate-tenant']).toBe('ten_test');
      expect(JSON.stringify(seen)).not.toMatch(/forged|ten_other|key_other|chosen|tg_test_/);
    });

    test('are replaced for our own services, and the internal token stays with those', async () => {
      const headers = { ...forged, 'x-api-key': testKey };
      await client.send({ path: '/v1/keys', headers });
      await client.send({ path: '/v1/messages/7', headers });
      expect(gateway.api.seen[0]?.headers.get('x-tollgate-token')).toBe('issued');
      expect(gateway.upstream.seen[0]?.headers).not.toHaveProperty('x-tollgate-token');
    });

    test('do not stand in for a credential', async () => {
      const answer = await client.send({ path: '/v1/keys', headers: forged });
      expect(answer.status).toBe(401);
      expect(gateway.auth.seen[0]?.headers).not.toHaveProperty('x-tollgate-token');
    });

    test('do not choose the id under which a call is counted once', async () => {
      // Without x-forwarded-for: a client on the same network would else be taken for an insider.
      const headers = { 'x-request-id': 'chosen-by-the-client', 'x-api-key': testKey };
      const sent = { path: '/v1/messages/7', headers };
      const answers = [await client.send(sent), await client.send(sent)];
      const ids = gateway.gates.flatMap(({ seen }) => seen.map(({ values }) => values['rid']));
      expect(new Set(ids).size).toBe(2);
      expect(ids).not.toContain('chosen-by-the-client');
      const answered = answers.map((answer) => answer.headers['x-request-id']);
      expect(new Set(answered)).toEqual(new Set(ids));
    });

    test('do not choose the address that is limited', async () => {
      const headers = { ...forged, 'x-api-key': testKey };
      await client.send({ path: '/v1/messages/7', headers });
      const [seen] = gateway.gates.flatMap((gate) => gate.seen);
      expect(seen?.values['masked_remote_address']).toBe('127.0.0.1/32');
    });
  });

  describe('a credential', () => {
    test.each([{ 'x-api-key': testKey }, { authorization: `Bearer ${testKey}` }])(
      'travels no further, and the upstream is told whose it was',
      async (headers) => {
        expect((await client.send({ path: '/v1/messages/7', headers })).status).toBe(200);
        const [seen] = gateway.upstream.seen;
        expect(seen?.headers).toMatchObject({ 'x-tollgate-tenant': 'ten_test' });
        expect(seen?.headers).not.toHaveProperty('x-api-key');
        expect(seen?.headers).not.toHaveProperty('authorization');
      },
    );

    test.each(['Basic dXNlcjpwYXNz', 'Bearer of-the-upstream', 'Digest username="a", realm="b"'])(
      'of the upstream’s own beside the key passes untouched: %s',
      async (authorization) => {
        const headers = { 'x-api-key': testKey, authorization };
        expect((await client.send({ path: '/v1/messages/7', headers })).status).toBe(200);
        const [seen] = gateway.upstream.seen;
        expect(seen?.headers).toMatchObject({ authorization });
        expect(seen?.headers).not.toHaveProperty('x-api-key');
      },
    );
  });

  describe('a path variable', () => {
    test.each([
      'key_id=other',
      'keyId=other',
      'a=b&key_id=other',
      'key_id=',
      'key_id',
      'key%5fid=other',
      'key%5Fid=other',
      '%6bey_id=other',
      '%6B%65%79%49%64=other',
    ])('cannot be overridden by the query: %s', async (query) => {
      const headers = { 'x-api-key': testKey };
      const answer = await client.send({ path: `/v1/keys/mine?${query}`, headers });
      expect(answer.status).toBe(400);
      expect(gateway.api.seen).toEqual([]);
    });

    test.each(['KEY_ID=other', 'key_id[]=x', 'key_id.x=y', 'key%255fid=other', ';key_id=other'])(
      'keeps its value or is refused with an odd spelling in the query: %s',
      async (query) => {
        const headers = { 'x-api-key': testKey };
        const answer = await client.send({ path: `/api/v1/keys/mine?${query}`, headers });
        expect([200, 400]).toContain(answer.status);
        for (const { message } of gateway.api.seen)
          expect(message).toMatchObject({ keyId: 'mine' });
      },
    );

    test('cannot be overridden by the body', async () => {
      const headers = { 'x-api-key': testKey, 'content-type': 'application/json' };
      const body = '{"tenant_id": "other"}';
      const answer = await client.send({
        method: 'PATCH',
        path: '/v1/tenants/mine',
        headers,
        body,
      });
      expect(answer.status).toBe(400);
      expect(gateway.api.seen).toEqual([]);
    });
  });

  test('Auth decides by the route, which the configuration names, and gets no other header', async () => {
    const headers = { 'x-api-key': testKey, authorization: 'Bearer x', cookie: 'a=b', other: 'c' };
    await client.send({ path: '/shop/a', headers });
    await client.send({ path: '/v1/keys', headers });
    await client.send({ method: 'POST', path: '/v1/auth/login', headers, body: '{}' });
    await client.send({ path: '/no/such/path', headers });
    expect(gateway.auth.seen.map(({ context }) => context)).toEqual([
      { class: 'upstream', access: 'credential', upstream: 'stripped' },
      { class: 'api', access: 'credential', upstream: 'auth' },
      { class: 'api', access: 'public', upstream: 'auth' },
      { class: 'api', access: 'credential', upstream: 'none' },
    ]);
    const names = gateway.auth.seen.flatMap((check) => Object.keys(check.headers));
    expect(new Set(names)).toEqual(new Set(['authorization', 'x-api-key', 'x-request-id']));
  });
});
