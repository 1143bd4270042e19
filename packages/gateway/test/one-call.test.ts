import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit/eventually';
import { nobodysKey, testKey } from './support/auth-peer.ts';
import { gateRefuses } from './support/gate-peer.ts';
import { type RawClient, rawClient } from './support/raw-request.ts';
import { startTestGateway, type TestGateway } from './support/start-gateway.ts';

const path = '/v1/messages/7';
const within = { withinMs: 10_000 };
let gateway: TestGateway;
let client: RawClient;

beforeAll(async () => {
  gateway = await startTestGateway({ form: 'one-call' });
  client = rawClient({ port: gateway.port });
});

afterAll(async () => {
  client?.[Symbol.dispose]();
  await gateway?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  const { auth, upstream, gates, log } = gateway;
  for (const peer of [auth, upstream, log, ...gates]) peer.seen.splice(0);
});

afterEach(() => {
  for (const gate of gateway.gates) gate.answerWith(undefined);
});

const asked = (of = gateway) => of.gates.flatMap(({ seen }) => seen);

describe('a call that plainly brings an API key', () => {
  test.each([
    ['x-api-key', testKey],
    ['authorization', `Bearer ${testKey}`],
  ])('costs one question, which carries the key: %s', async (name, value) => {
    const answer = await client.send({ path, headers: { [name]: value } });
    expect(answer.status).toBe(200);
    expect(gateway.auth.seen).toEqual([]);
    expect(asked().map(({ entries }) => entries)).toEqual([
      [
        ['phase', 'admit'],
        [name, value],
        ['class', 'upstream'],
        ['route', 'messages'],
        ['masked_remote_address', '127.0.0.1/32'],
        ['rid', answer.headers['x-request-id']],
      ],
    ]);
    const [seen] = gateway.upstream.seen;
    expect(seen?.headers).toMatchObject({
      'x-tollgate-tenant': 'ten_test',
      'x-tollgate-key': 'key_test',
    });
    expect(seen?.headers).not.toHaveProperty(name);
    expect(seen?.headers).not.toHaveProperty('x-tollgate-token');
  });

  test.each([
    [testKey, nobodysKey],
    [nobodysKey, testKey],
    [testKey, 'x'],
    ['x', testKey],
  ])('in a header that came twice is shown to the gate whole: %s, %s', async (one, other) => {
    const answer = await client.send({ path, headers: { 'x-api-key': [one, other] } });
    expect([answer.status, gateway.upstream.seen]).toEqual([401, []]);
    expect(asked()).toMatchObject([{ values: { 'x-api-key': `${one},${other}` } }]);
  });

  test('over its limit is 429 as ever, and told when to come again', async () => {
    for (const gate of gateway.gates) gate.answerWith(() => gateRefuses('QUOTA_EXCEEDED'));
    const answer = await client.send({ path, headers: { 'x-api-key': testKey } });
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '7']);
    expect(JSON.parse(answer.body)).toMatchObject({ details: [{ reason: 'QUOTA_EXCEEDED' }, {}] });
    expect(gateway.auth.seen).toEqual([]);
  });

  test('leaves the end of its key in the access log, and no more of it', async () => {
    await client.send({ path, headers: { authorization: `Bearer ${testKey}` } });
    const ends = () => gateway.log.seen.filter(({ response }) => response?.responseCode);
    await eventually(within, () => expect(ends()).not.toHaveLength(0));
    const marks = ends().at(-1)?.commonProperties?.metadata?.filterMetadata['tollgate'];
    expect(marks).toEqual({ key_ending: testKey.slice(-4) });
    const texts = JSON.stringify(gateway.log.seen, (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(texts).not.toContain(testKey.slice(8, -4));
  });

  test('that was perhaps admitted and never answered is given back by its key', async () => {
    for (const gate of gateway.gates) {
      gate.answerWith(({ values }) => {
        if (values['phase'] === 'admit') throw Object.assign(new Error('at fault'), { code: 13 });
        return { overallCode: 1 };
      });
    }
    const answer = await client.send({ path, headers: { 'x-api-key': testKey } });
    expect(answer.status).toBe(503);
    const givenBack = () => asked().filter(({ values }) => values['phase'] === 'giveback');
    await eventually(within, () => expect(givenBack()).toHaveLength(1));
    expect(givenBack()[0]?.values).toMatchObject({
      'x-api-key': testKey,
      class: 'upstream',
      rid: answer.headers['x-request-id'],
    });
    expect(gateway.upstream.seen).toEqual([]);
  });
});

describe('any other call goes to Auth first', () => {
  const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln';
  test.each([
    ['nothing', {}],
    ['an empty header', { 'x-api-key': '' }],
    ['a word', { 'x-api-key': 'nonsense' }],
    ['a key with something behind it', { 'x-api-key': `${testKey} .` }],
    ['two keys with a comma', { 'x-api-key': `${testKey},${nobodysKey}` }],
    ['a key in both headers', { 'x-api-key': testKey, authorization: `Bearer ${testKey}` }],
    ['another scheme beside the key', { 'x-api-key': testKey, authorization: 'Basic eDp5' }],
    ['an empty header beside the key', { 'x-api-key': testKey, authorization: '' }],
    ['an access token', { authorization: `Bearer ${token}` }],
    ['another scheme', { authorization: 'Basic eDp5' }],
    ['a scheme in capitals', { authorization: `BEARER ${testKey}` }],
  ])('with %s', async (_what, headers) => {
    await client.send({ path, headers });
    expect(gateway.auth.seen).toHaveLength(1);
    for (const { values } of asked()) {
      expect(values).not.toHaveProperty('x-api-key');
      expect(values).not.toHaveProperty('authorization');
    }
  });

  test("and so does every call of Tollgate's own API", async () => {
    await client.send({ path: '/v1/keys', headers: { 'x-api-key': testKey } });
    expect(gateway.auth.seen).toHaveLength(1);
    expect(asked()).toMatchObject([{ values: { class: 'api', tenant: 'ten_test' } }]);
  });
});

describe('nothing passes that the gate has not admitted for its credential', () => {
  const send = (to: TestGateway) =>
    fetch(`${to.url}${path}`, { headers: { 'x-api-key': testKey } });

  test('when the question cannot be made, and Envoy asks nobody', async () => {
    // A descriptor with an action that finds nothing is dropped; without one no call is made.
    await using broken = await startTestGateway({ form: 'one-call' }, (config) =>
      config.replaceAll("request.headers['x-api-key']", "request.headers['x-missing']"),
    );
    const { status } = await send(broken);
    expect([status, asked(broken), broken.auth.seen, broken.upstream.seen]).toEqual([
      503,
      [],
      [],
      [],
    ]);
  });

  test('when the gates are at fault and the limiter lets calls pass', async () => {
    await using open = await startTestGateway({ form: 'one-call' }, (config) =>
      config.replaceAll('"failure_mode_deny":true', '"failure_mode_deny":false'),
    );
    for (const gate of open.gates) {
      gate.answerWith(() => {
        throw Object.assign(new Error('at fault'), { code: 13 });
      });
    }
    const answer = await send(open);
    expect([answer.status, open.upstream.seen]).toEqual([503, []]);
    expect(await answer.json()).toMatchObject({
      code: 14,
      message: 'the call was not decided',
      details: [{ reason: 'DEPENDENCY_UNAVAILABLE' }],
    });
  });

  test('when a gate that knows nothing of credentials says OK', async () => {
    await using old = await startTestGateway({ form: 'one-call' }, (config) =>
      config.replaceAll('"descriptor_key":"x-api-key"', '"descriptor_key":"something"'),
    );
    const { status } = await send(old);
    expect([status, old.upstream.seen]).toEqual([503, []]);
    // The call's end may have been told to the other gate meanwhile.
    const admitted = asked(old).filter(({ values }) => values['phase'] === 'admit');
    expect(admitted).toMatchObject([{ values: { something: testKey } }]);
  });
});
