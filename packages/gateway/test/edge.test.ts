import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit/eventually';
import { fakeHttpTarget } from '@tollgate/testkit/http-target';
import { testKey } from './support/auth-peer.ts';
import { forms, startTestGateway, type TestGateway } from './support/start-gateway.ts';

const headers = { 'x-api-key': testKey };
const within = { withinMs: 10_000 };
const json = { ...headers, 'content-type': 'application/json' };
describe.each(forms)('%s', (form) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ form, corsOrigins: ['https://app.example.com'] });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  describe('health', () => {
    test.each(['/healthz', '/health', '/health/live', '/readyz', '/health/ready'])(
      '%s needs no credential and asks nobody',
      async (path) => {
        gateway.auth.seen.splice(0);
        const answer = await fetch(`${gateway.url}${path}`);
        expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
        expect(gateway.auth.seen).toEqual([]);
      },
    );

    test('is ready only while Auth and a gate are, and alive all the time', async () => {
      let ready = false;
      await using server = await fakeHttpTarget();
      server.answerBy(() => ({ status: ready ? 200 : 503 }));
      const admin = { host: '127.0.0.1', port: server.port };
      await using other = await startTestGateway({
        form,
        readiness: { auth: admin, gates: [admin] },
      });
      const status = async (path: string) => (await fetch(`${other.url}${path}`)).status;
      expect(await status('/readyz')).toBe(503);
      expect(await status('/healthz')).toBe(200);
      ready = true;
      await eventually(within, async () => expect(await status('/readyz')).toBe(200));
      ready = false;
      await eventually(within, async () => expect(await status('/health/ready')).toBe(503));
      expect(await status('/health/live')).toBe(200);
    });
  });

  describe('/api/v1', () => {
    test("is /v1, for Tollgate's own API", async () => {
      gateway.api.seen.splice(0);
      for (const path of ['/v1/keys/k1', '/api/v1/keys/k1']) {
        expect((await fetch(`${gateway.url}${path}`, { headers })).status).toBe(200);
      }
      const [one, other] = gateway.api.seen.map(({ rpc, message }) => ({ rpc, message }));
      expect(one).toEqual(other);
    });

    test.each([
      ['/api/v1/messages', '/v1/messages'],
      ['/api/v1/messages/7?a=b%20c', '/v1/messages/7?a=b%20c'],
      ['/shop', '/'],
      ['/shop/a/b?c', '/a/b?c'],
    ])('is /v1 for a protected API: %s arrives as %s', async (sent, arrives) => {
      gateway.upstream.seen.splice(0);
      await fetch(`${gateway.url}${sent}`, { headers });
      expect(gateway.upstream.seen.map(({ path }) => path)).toEqual([arrives]);
    });

    test('leads nowhere for what only begins like a protected API', async () => {
      expect((await fetch(`${gateway.url}/v1/messages-old`, { headers })).status).toBe(404);
    });
  });

  describe('a page of another origin', () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/v1/keys`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-api-key',
        },
      });

    test('may ask first, without a credential, when its origin is allowed', async () => {
      const answer = await preflight('https://app.example.com');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      expect(answer.headers.get('access-control-allow-headers')).toContain('x-api-key');
    });

    test('may read why it was refused', async () => {
      const origin = 'https://app.example.com';
      const answer = await fetch(`${gateway.url}/v1/keys`, { headers: { origin } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    });

    test('gets no permission when its origin is not allowed', async () => {
      const answer = await preflight('https://evil.example');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });
  });

  describe('bad input', () => {
    const post = (body: string | Uint8Array<ArrayBuffer>) =>
      fetch(`${gateway.url}/v1/keys`, { method: 'POST', headers: json, body });

    test.each([
      ['no JSON', '{'],
      ['a wrong type', '{"name": {"a": 1}}'],
      ['deep nesting', `{"name": ${'['.repeat(50_000)}`],
      ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ])('is 400 in the shape of google.rpc.Status: %s', async (_kind, body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 3, details: [] });
    });

    test('is 413 when the body is larger than a megabyte', async () => {
      const answer = await post(`{"name": "${'x'.repeat(1_100_000)}"}`);
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ code: 8 });
    });

    test('is 400 when the query names an unknown field', async () => {
      const answer = await fetch(`${gateway.url}/v1/keys?no_such_field=1`, { headers });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 3 });
    });

    test('is 404 for an unknown path, with a body', async () => {
      const answer = await fetch(`${gateway.url}/v2/keys`, { headers });
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { code: 5, message: 'no such path', details: [] },
      ]);
    });
  });

  test('field names are those of the contract, and zero values are visible', async () => {
    const answer = await fetch(`${gateway.url}/v1/rate-limit`, { headers });
    expect(await answer.json()).toHaveProperty('tenant_id', '');
  });

  test('both spellings of a field are read', async () => {
    gateway.api.seen.splice(0);
    for (const body of ['{"organization_name": "a"}', '{"organizationName": "a"}']) {
      await fetch(`${gateway.url}/v1/auth/signup`, { method: 'POST', headers: json, body });
    }
    const names = gateway.api.seen.map(({ message }) => message);
    expect(names).toMatchObject([{ organizationName: 'a' }, { organizationName: 'a' }]);
  });
});
