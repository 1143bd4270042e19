import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { nobodysKey, refused, testKey } from './support/auth-peer.ts';
import { gateRefuses } from './support/gate-peer.ts';
import { forms, startTestGateway, type TestGateway } from './support/start-gateway.ts';

const key = { 'x-api-key': testKey };
describe.each(forms)('%s', (form) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ form });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  afterEach(() => {
    gateway.auth.answerWith(undefined);
    for (const gate of gateway.gates) gate.answerWith(undefined);
  });

  function gatesAnswer(decide: Parameters<(typeof gateway.gates)[0]['answerWith']>[0]): void {
    for (const gate of gateway.gates) gate.answerWith(decide);
  }

  /** The stock clients, by protocol, of what stands below a path. */
  function transports(below: string): Record<string, Transport> {
    const baseUrl = `${gateway.url}${below}`;
    return {
      gRPC: createGrpcTransport({ baseUrl }),
      'gRPC-Web': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
      Connect: createConnectTransport({ baseUrl, httpVersion: '1.1' }),
      'Connect with JSON': createConnectTransport({
        baseUrl,
        httpVersion: '1.1',
        useBinaryFormat: false,
      }),
    };
  }

  const protocols = ['gRPC', 'gRPC-Web', 'Connect', 'Connect with JSON'];

  async function failureOf(
    protocol: string,
    headers: Record<string, string>,
    below = '',
  ): Promise<ConnectError> {
    const transport = transports(below)[protocol];
    if (!transport) throw new Error(`no transport ${protocol}`);
    const call = createClient(AuthService, transport).getMe({}, { headers });
    return call.then(
      () => {
        throw new Error('the call was answered');
      },
      (error: unknown) => ConnectError.from(error),
    );
  }

  describe('a call over its limit', () => {
    test.each(['/v1/messages/7', '/v1/auth/me'])(
      'is 429 with all that a client needs: %s',
      async (path) => {
        gatesAnswer(() => gateRefuses('QUOTA_EXCEEDED'));
        const answer = await fetch(`${gateway.url}${path}`, { headers: key });
        expect(answer.status).toBe(429);
        expect(answer.headers.get('retry-after')).toBe('7');
        expect(answer.headers.get('x-ratelimit-limit')).toMatch(/^100\b/);
        expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
        expect(answer.headers.get('x-ratelimit-reset')).toBe('7');
        expect(answer.headers.get('content-type')).toBe('application/json');
        expect(await answer.json()).toEqual({
          code: 8,
          message: 'the limit per-minute is reached',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'QUOTA_EXCEEDED',
              domain: 'tollgate.dev',
              metadata: { limit: 'per-minute', request_id: answer.headers.get('x-request-id') },
            },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retry_delay: '7s' },
          ],
        });
      },
    );

    test('names a rate limit when the gate gives no reason', async () => {
      gatesAnswer(() => gateRefuses());
      const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers: key });
      expect(await answer.json()).toMatchObject({ details: [{ reason: 'RATE_LIMITED' }, {}] });
    });

    test.each(protocols)('is RESOURCE_EXHAUSTED for the stock client of %s', async (protocol) => {
      gatesAnswer(() => gateRefuses('RATE_LIMITED'));
      const { code, rawMessage } = await failureOf(protocol, key);
      expect(code).toBe(Code.ResourceExhausted);
      expect(rawMessage).toMatch(/limit/);
    });

    test('ends a Connect stream with RESOURCE_EXHAUSTED', async () => {
      gatesAnswer(() => gateRefuses('RATE_LIMITED'));
      const answer = await fetch(`${gateway.url}/tollgate.auth.v1.AuthService/GetMe`, {
        method: 'POST',
        headers: {
          ...key,
          'content-type': 'application/connect+json',
          'connect-protocol-version': '1',
        },
      });
      const frame = new Uint8Array(await answer.arrayBuffer());
      const length = new DataView(frame.buffer).getUint32(1);
      expect([answer.status, frame[0], length]).toEqual([200, 2, frame.byteLength - 5]);
      expect(JSON.parse(new TextDecoder().decode(frame.subarray(5)))).toMatchObject({
        error: { code: 'resource_exhausted' },
      });
    });

    test('is refused by the shield before Auth is asked, when one address sends too much', async () => {
      await using small = await startTestGateway({ form, shieldRequestsPerSecond: 2 });
      const send = () => fetch(`${small.url}/v1/messages/7`, { headers: key });
      const answers = await Promise.all(Array.from({ length: 40 }, send));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      const asked = form === 'one-call' ? small.gates.flatMap(({ seen }) => seen) : small.auth.seen;
      expect(asked.length).toBe(answers.length - refused.length);
      expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await refused[0]?.json()).toMatchObject({
        code: 8,
        details: [{ reason: 'RATE_LIMITED', metadata: { limit: 'client-address' } }],
      });
    });
  });

  describe('a call without a good credential', () => {
    test("is 401 with Auth's sentence and reason", async () => {
      const answer = await fetch(`${gateway.url}/v1/keys`, { headers: { 'x-api-key': 'other' } });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        code: 16,
        message: 'the credential is not valid',
        details: [{ reason: 'CREDENTIAL_INVALID', domain: 'tollgate.dev' }],
      });
    });

    test.each(protocols)('is UNAUTHENTICATED for the stock client of %s', async (protocol) => {
      const { code, rawMessage } = await failureOf(protocol, {});
      expect([code, rawMessage]).toEqual([Code.Unauthenticated, 'a credential is needed']);
    });
  });

  describe('a key that is refused, on a protected API', () => {
    const nobodys = { 'x-api-key': nobodysKey };
    const notAllowed = () => {
      const answer = refused('PERMISSION_DENIED', 'the caller may not do this', 403);
      gateway.auth.answerWith(() => answer);
    };

    test.each([nobodys, { authorization: `Bearer ${nobodysKey}` }])(
      "is 401 with Auth's sentence and reason, a challenge, and no time to come again",
      async (headers) => {
        const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tollgate"');
        for (const name of ['retry-after', 'x-ratelimit-limit', 'x-envoy-ratelimited']) {
          expect([name, answer.headers.get(name)]).toEqual([name, null]);
        }
        expect(answer.headers.get('content-type')).toBe('application/json');
        expect(await answer.json()).toEqual({
          code: 16,
          message: 'the credential is not valid',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'CREDENTIAL_INVALID',
              domain: 'tollgate.dev',
              metadata: { request_id: answer.headers.get('x-request-id') },
            },
          ],
        });
      },
    );

    test('is 403 where it is known and may not call', async () => {
      notAllowed();
      const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers: key });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([403, null]);
      expect(await answer.json()).toMatchObject({
        code: 7,
        message: 'the caller may not do this',
        details: [{ reason: 'PERMISSION_DENIED' }],
      });
    });

    test.each(protocols)(
      'is what stock clients of %s know, with its sentence',
      async (protocol) => {
        const unknown = await failureOf(protocol, nobodys, '/shop');
        expect([unknown.code, unknown.rawMessage]).toEqual([
          Code.Unauthenticated,
          'the credential is not valid',
        ]);
        notAllowed();
        const known = await failureOf(protocol, key, '/shop');
        expect([known.code, known.rawMessage]).toEqual([
          Code.PermissionDenied,
          'the caller may not do this',
        ]);
        expect(gateway.upstream.seen).toEqual([]);
      },
    );

    test.each(['application/connect+json', 'application/connect+proto'])(
      'is 401 for a Connect stream: %s',
      async (type) => {
        const answer = await fetch(`${gateway.url}/shop/tollgate.auth.v1.AuthService/GetMe`, {
          method: 'POST',
          headers: { ...nobodys, 'content-type': type, 'connect-protocol-version': '1' },
        });
        expect([answer.status, await answer.json()]).toEqual([
          401,
          { code: 'unauthenticated', message: 'the credential is not valid' },
        ]);
      },
    );
  });

  describe('while a part does not answer', () => {
    test('Auth at fault gives 503 and says when to come back, and nothing passes', async () => {
      gateway.upstream.seen.splice(0);
      gateway.auth.answerWith(() => {
        throw Object.assign(new Error('at fault'), { code: 13 });
      });
      const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers: key });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({
        code: 14,
        message: `${form === 'one-call' ? 'limits' : 'credentials'} cannot be checked now`,
        details: [{ reason: 'DEPENDENCY_UNAVAILABLE' }],
      });
      expect((await failureOf('Connect', key)).code).toBe(Code.Unavailable);
      expect(gateway.upstream.seen).toEqual([]);
    });

    test('the gates at fault give 503, never an undecided pass', async () => {
      gateway.upstream.seen.splice(0);
      gatesAnswer(() => {
        throw Object.assign(new Error('at fault'), { code: 14 });
      });
      const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers: key });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({
        code: 14,
        message: 'limits cannot be checked now',
      });
      expect(gateway.upstream.seen).toEqual([]);
    });

    test.each(protocols)(
      'a service that fails keeps its code and message: %s',
      async (protocol) => {
        gateway.api.failWith(new ConnectError('read again', Code.Aborted));
        const { code, rawMessage } = await failureOf(protocol, key);
        gateway.api.failWith(undefined);
        expect([code, rawMessage]).toEqual([Code.Aborted, 'read again']);
      },
    );
  });
});
