import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit/eventually';
import { testKey } from './support/auth-peer.ts';
import { gateAdmits, startGatePeer } from './support/gate-peer.ts';
import { forms, startTestGateway, type TestGateway } from './support/start-gateway.ts';

const headers = { 'x-api-key': testKey };
const within = { withinMs: 10_000 };
/** Who calls: what Auth has found out, or what a gate finds it out from. */
const caller = {
  'two-calls': [
    ['tenant', 'ten_test'],
    ['environment', 'test'],
    ['key', 'key_test'],
    ['key_limit', 'none'],
  ],
  'one-call': [['x-api-key', testKey]],
} as const;

describe.each(forms)('%s', (form) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ form });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    for (const peer of [gateway.log, ...gateway.gates]) peer.seen.splice(0);
  });

  afterEach(() => {
    for (const gate of gateway.gates) gate.answerWith(undefined);
  });

  function descriptors(phase: string) {
    const seen = gateway.gates.flatMap((gate) => gate.seen);
    return seen.filter(({ values }) => values['phase'] === phase);
  }

  test('an admission carries who calls what, in a fixed order', async () => {
    const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers });
    expect(descriptors('admit').map(({ entries, hitsAddend }) => [entries, hitsAddend])).toEqual([
      [
        [
          ['phase', 'admit'],
          ...caller[form],
          ['class', 'upstream'],
          ['route', 'messages'],
          ['masked_remote_address', '127.0.0.1/32'],
          ['rid', answer.headers.get('x-request-id')],
        ],
        1n,
      ],
    ]);
  });

  test("a call of Tollgate's own API is admitted as such, also without a credential", async () => {
    await fetch(`${gateway.url}/v1/auth/login`, { method: 'POST', body: '{}' });
    const [seen] = descriptors('admit');
    expect(seen?.values).toMatchObject({ class: 'api', route: 'auth', tenant: 'anonymous' });
  });

  describe('a call that the protected API failed', () => {
    test.each([500, 502, 503, 504])('is given back, once: %i', async (status) => {
      const answer = await fetch(`${gateway.url}/v1/messages/7?status=${status}`, { headers });
      expect(answer.status).toBe(status);
      await eventually(within, () => expect(descriptors('giveback')).toHaveLength(1));
      expect(descriptors('giveback')[0]?.entries).toEqual([
        ['phase', 'giveback'],
        ['tenant', 'ten_test'],
        ['environment', 'test'],
        ['key', 'key_test'],
        ['rid', answer.headers.get('x-request-id')],
        ['reservation', 'res-1'],
      ]);
    });

    test('is given back when the API cannot be reached', async () => {
      const nowhere = { host: '127.0.0.1', port: 1 };
      const upstreams = [{ name: 'gone', prefixes: ['/gone'], addresses: [nowhere] }];
      await using other = await startTestGateway({ form, upstreams });
      expect((await fetch(`${other.url}/gone`, { headers })).status).toBe(503);
      const givebacks = () =>
        other.gates
          .flatMap((gate) => gate.seen)
          .filter(({ values }) => values['phase'] === 'giveback');
      await eventually(within, () => expect(givebacks()).toHaveLength(1));
    });

    test('costs no second decision when it succeeds, or when the caller is at fault', async () => {
      for (const status of [200, 204, 301, 400, 404, 429]) {
        const url = `${gateway.url}/v1/messages/7?status=${status}`;
        await fetch(url, { headers, redirect: 'manual' });
      }
      // The stream of a failed call ends after those: were they given back, it would be seen before.
      await fetch(`${gateway.url}/v1/messages/7?status=500`, { headers });
      await eventually(within, () => expect(descriptors('giveback')).toHaveLength(1));
      expect(descriptors('admit')).toHaveLength(7);
    });
  });

  describe('two gates', () => {
    test('share the decisions', async () => {
      const send = () => fetch(`${gateway.url}/v1/messages/7`, { headers });
      await Promise.all(Array.from({ length: 60 }, send));
      for (const gate of gateway.gates) expect(gate.seen.length).toBeGreaterThan(5);
    });

    test('answer every call while one of them is gone, each under one id', async () => {
      await using gone = await startGatePeer();
      await using other = await startTestGateway({
        form,
        gates: [gateway.gates[0].address, gone.address],
      });
      await gone[Symbol.asyncDispose]();
      const send = async () => (await fetch(`${other.url}/v1/messages/7`, { headers })).status;
      const statuses = await Promise.all(Array.from({ length: 200 }, send));
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      const ids = descriptors('admit').map(({ values }) => values['rid']);
      // A try that took too long is repeated with the same id, which a gate counts once.
      expect(new Set(ids).size).toBe(200);
    });

    test('get a second try with the same request id when one fails', async () => {
      let failures = 0;
      for (const gate of gateway.gates) {
        gate.answerWith(() => {
          failures += 1;
          if (failures === 1) throw Object.assign(new Error('going away'), { code: 14 });
          return gateAdmits();
        });
      }
      const answer = await fetch(`${gateway.url}/v1/messages/7`, { headers });
      expect(answer.status).toBe(200);
      expect(gateway.gates.map(({ seen }) => seen.length)).toEqual([1, 1]);
      expect(new Set(descriptors('admit').map(({ values }) => values['rid'])).size).toBe(1);
    });
  });

  test('the access log names the call by the id under which it was admitted', async () => {
    const answer = await fetch(`${gateway.url}/v1/messages/7?status=500`, { headers });
    const id = answer.headers.get('x-request-id');
    const records = () =>
      gateway.log.seen.filter(({ commonProperties }) => commonProperties?.streamId === id);
    // One record when the request begins, one when it ends: a start without an end shows a loss.
    await eventually(within, () => expect(records()).toHaveLength(2));
    const end = records().find(({ response }) => response?.responseCode);
    expect(end?.response?.responseCode).toBe(500);
    expect(end?.commonProperties?.routeName).toBe('upstream.messages');
    const metadata = end?.commonProperties?.metadata?.filterMetadata ?? {};
    const knows = form === 'one-call' ? 'ratelimit' : 'ext_authz';
    expect(metadata[`envoy.filters.http.${knows}`]).toMatchObject({ tenant: 'ten_test' });
    expect(metadata['envoy.filters.http.ratelimit']).toMatchObject({ reservation: 'res-1' });
  });
});
