import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import { eventually, startForTest, type TestService, user } from '@tollgate/testkit';
import { type GateClient, gateClient, tally } from './support/gate-client.ts';
import { quota, rate, startTestMetering, type TestMetering } from './support/metering.ts';

const pepper = { TOLLGATE_KEY_PEPPER: Buffer.alloc(32, 9).toString('base64') };

let metering: TestMetering;
let auth: TestService;
let gate: TestService;
let client: GateClient;
beforeAll(async () => {
  metering = await startTestMetering();
  auth = await startForTest('auth', { beside: metering, settings: pepper });
  gate = await startForTest('gate', {
    beside: metering,
    settings: {
      ...pepper,
      TOLLGATE_AUTH_URL: auth.url,
      TOLLGATE_REDIS_URL: metering.redis.url,
      TOLLGATE_REDIS_TIMEOUT_MS: '1000',
    },
  });
  client = gateClient(gate.address('envoy'));
});
afterAll(async () => {
  client?.[Symbol.dispose]();
  await gate?.[Symbol.asyncDispose]();
  await auth?.[Symbol.asyncDispose]();
  await metering?.[Symbol.asyncDispose]();
});

type NewKey = Parameters<ReturnType<typeof keysApi>['createApiKey']>[0];
const keysApi = (tenant: TenantId) => auth.client(AuthService, user(tenant));
const createKey = (tenant: TenantId, key: NewKey = {}) =>
  keysApi(tenant).createApiKey({ name: 'sample', ...key });
const usageOf = async (tenant: TenantId) =>
  Number((await metering.recorder.client(MeteringService, user(tenant)).getUsage({})).total);

describe('a call that brings its credential', () => {
  test('is decided and counted as the key that it names, whichever header it came in', async () => {
    const tenant = await metering.entitle({ limits: [quota(3)] });
    const { secret, keyId } = await createKey(tenant);
    const answers = [
      await client.admit({ 'x-api-key': secret }),
      await client.admit({ authorization: `Bearer ${secret}` }),
      // Whatever else a descriptor says, the credential says who it is.
      await client.admit({ 'x-api-key': secret, tenant: 'anonymous', key: 'key_other' }),
      await client.admit({ 'x-api-key': secret }),
    ];
    expect(tally(answers)).toEqual({ OK: 3, OVER_LIMIT: 1 });
    for (const { metadata } of answers) {
      expect(metadata).toMatchObject({
        class: 'upstream',
        tenant,
        environment: 'live',
        key: keyId,
      });
    }
    expect(answers[0]?.response?.requestHeadersToAdd).toMatchObject([
      { key: 'x-tollgate-tenant', value: tenant },
      { key: 'x-tollgate-key', value: keyId },
    ]);
    expect(answers[3]?.metadata).toMatchObject({ reason: 'QUOTA_EXCEEDED' });
    expect(answers[3]?.metadata).not.toHaveProperty('status');
    expect(await usageOf(tenant)).toBe(3);
  });

  test('in a header that came twice is known where both are the same, as at Auth', async () => {
    const tenant = await metering.entitle({ limits: [quota(9)] });
    const { secret } = await createKey(tenant);
    const { secret: other } = await createKey(tenant);
    const twice = await client.admit({ 'x-api-key': `${secret},${secret}` });
    expect([twice.code, twice.metadata['tenant']]).toEqual(['OK', tenant]);
    for (const value of [`${secret},${other}`, `${secret},`, `,${secret}`, `x,${secret}`]) {
      const { metadata } = await client.admit({ 'x-api-key': value });
      expect(metadata).toMatchObject({ status: '401', reason: 'CREDENTIAL_INVALID' });
    }
  });

  test("has its key's own limit and environment", async () => {
    const tenant = await metering.entitle({ limits: [rate(1_000, 'minute')] });
    const rateLimit = { requests: 2, seconds: 3_600 };
    const { secret } = await createKey(tenant, { environment: 'test', rateLimit });
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => client.admit({ 'x-api-key': secret })),
    );
    expect(tally(asked)).toEqual({ OK: 2, OVER_LIMIT: 3 });
    expect(asked[0]?.metadata['environment']).toBe('test');
    expect(await usageOf(tenant)).toBe(0);
  });

  test('is refused in the words of Auth, counted nowhere, and not asked to come again', async () => {
    const tenant = await metering.entitle({ limits: [quota(9)] });
    const { secret: narrow } = await createKey(tenant, { scopes: ['metering.usage.read'] });
    const { secret: revoked, keyId } = await createKey(tenant);
    await keysApi(tenant).revokeApiKey({ keyId });
    for (const [credential, status, reason] of [
      ['tg_live_00000000000000000000000000000026n61v', '401', 'CREDENTIAL_INVALID'],
      ['nonsense', '401', 'CREDENTIAL_INVALID'],
      ['', '401', 'CREDENTIAL_INVALID'],
      [revoked, '401', 'API_KEY_REVOKED'],
      [narrow, '403', 'PERMISSION_DENIED'],
    ] as const) {
      const { code, metadata, response } = await client.admit({ 'x-api-key': credential });
      expect(code).toBe('OVER_LIMIT');
      expect(metadata).toMatchObject({ status, reason, admitted: 'false' });
      expect(response?.statuses).toEqual([]);
      expect(response?.requestHeadersToAdd).toEqual([]);
      const challenges = response?.responseHeadersToAdd.map(({ key }) => key);
      expect(challenges).toEqual(status === '401' ? ['www-authenticate'] : []);
    }
    expect(await usageOf(tenant)).toBe(0);
  });

  test('is refused within a second after its key was revoked', async () => {
    const tenant = await metering.entitle({ limits: [rate(1_000, 'second')] });
    const { secret, keyId } = await createKey(tenant);
    expect((await client.admit({ 'x-api-key': secret })).code).toBe('OK');
    await keysApi(tenant).revokeApiKey({ keyId });
    await eventually({ withinMs: 1_000 }, async () => {
      const { metadata } = await client.admit({ 'x-api-key': secret });
      expect(metadata['reason']).toBe('API_KEY_REVOKED');
    });
  });

  test('is given back by tenant, or by its credential where no answer had come', async () => {
    const tenant = await metering.entitle({ limits: [quota(2)] });
    const { secret } = await createKey(tenant);
    const [first, second] = [
      await client.admit({ 'x-api-key': secret }),
      await client.admit({ 'x-api-key': secret }),
    ];
    await client.giveBack({
      tenant,
      rid: first.requestId,
      reservation: first.metadata['reservation'] ?? '',
    });
    const lost = { 'x-api-key': secret, class: 'upstream', rid: second.requestId };
    await client.giveBack(lost);
    await client.giveBack(lost);
    expect(await usageOf(tenant)).toBe(0);
  });

  test('is no call to our own API, and brings one credential', async () => {
    const tenant = await metering.entitle({ limits: [quota(9)] });
    const { secret } = await createKey(tenant);
    const asked = { 'x-api-key': secret };
    expect((await client.admit({ ...asked, class: 'api' })).code).toBe(3);
    expect((await client.admit({ ...asked, authorization: `Bearer ${secret}` })).code).toBe(3);
    expect(await usageOf(tenant)).toBe(0);
  });

  test('is refused with an error by a gate that was given no pepper', async () => {
    const tenant = await metering.entitle({ limits: [quota(9)] });
    const { secret } = await createKey(tenant);
    expect((await metering.gates[0].admit({ 'x-api-key': secret })).code).toBe(3);
    expect(await usageOf(tenant)).toBe(0);
  });
});

test('while Auth is away known credentials go on, and others are not decided', async () => {
  const tenant = await metering.entitle({ limits: [quota(9)] });
  const { secret: known } = await createKey(tenant);
  const { secret: other } = await createKey(tenant);
  expect((await client.admit({ 'x-api-key': known })).code).toBe('OK');
  await auth.stop();
  expect((await client.admit({ 'x-api-key': known })).code).toBe('OK');
  expect((await client.admit({ 'x-api-key': other })).code).toBe(14);
  await auth.start();
});
