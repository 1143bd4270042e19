import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthInternalService } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import { refusal } from '@tollgate/testkit';
import { type AuthForTest, type Person, startAuthForTest } from './start.ts';

const pepper = Buffer.alloc(32, 9);

let auth: AuthForTest;
let owner: Person;
beforeAll(async () => {
  auth = await startAuthForTest({ settings: { TOLLGATE_KEY_PEPPER: pepper.toString('base64') } });
  owner = await auth.signUp();
});
afterAll(async () => auth?.[Symbol.asyncDispose]());

const hashOf = (secret: string) => createHmac('sha256', pepper).update(secret).digest('hex');
const asMetering = () => auth.service.client(AuthInternalService, { service: 'metering' });

test('a key is found by the hash of its secret, with all that judging it needs', async () => {
  const { secret, keyId } = await owner.auth.createApiKey({
    name: 'sample',
    scopes: ['upstream.invoke'],
    rateLimit: { requests: 5, seconds: 10 },
  });
  const { key } = await asMetering().findApiKey({ secretHash: hashOf(secret) });
  expect(key).toMatchObject({
    keyId,
    tenantId: owner.tenantId,
    environment: 'live',
    scopes: ['upstream.invoke'],
    rateLimit: { requests: 5, seconds: 10 },
  });
  expect(JSON.stringify(key)).not.toContain(hashOf(secret));
  expect(await asMetering().findApiKey({ secretHash: hashOf('nobody') })).not.toHaveProperty('key');
});

test('a revoked key is found as revoked', async () => {
  const { secret, keyId } = await owner.auth.createApiKey({ name: 'to revoke' });
  await owner.auth.revokeApiKey({ keyId });
  const { key } = await asMetering().findApiKey({ secretHash: hashOf(secret) });
  expect(key?.revokeTime).toBeDefined();
});

test('changes since an instant are told, and what was only made is none', async () => {
  const { asOfTime, keys: none } = await asMetering().listChangedApiKeys({});
  expect(none).toEqual([]);
  const { keyId } = await owner.auth.createApiKey({ name: 'changed' });
  const { keyId: made } = await owner.auth.createApiKey({ name: 'made' });
  await owner.auth.revokeApiKey({ keyId });
  const changes = await asMetering().listChangedApiKeys(asOfTime ? { sinceTime: asOfTime } : {});
  const ids = changes.keys.map((key) => key.keyId);
  expect(ids).toContain(keyId);
  expect(ids).not.toContain(made);
  expect(changes.truncated).toBe(false);
  expect(changes.keys.every(({ revokeTime }) => revokeTime)).toBe(true);
});

test('nobody but Metering may ask', async () => {
  const input = { secretHash: hashOf('nobody') };
  for (const service of ['billing', 'tenant', 'notification'] as const) {
    const client = auth.service.client(AuthInternalService, { service });
    expect(await refusal(client.findApiKey(input))).toBe('PERMISSION_DENIED');
    expect(await refusal(client.listChangedApiKeys({}))).toBe('PERMISSION_DENIED');
  }
});
