import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultKeyScopes } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { newId } from '@tollgate/runtime/database';
import { refusal, user } from '@tollgate/testkit';
import { type AuthForTest, type Person, startAuthForTest } from './start.ts';

let auth: AuthForTest;
let owner: Person;

beforeAll(async () => {
  auth = await startAuthForTest();
  owner = await auth.signUp();
});
afterAll(async () => auth?.[Symbol.asyncDispose]());

describe('a new key', () => {
  test('shows its secret once and is stored as a peppered hash', async () => {
    const { secret, keyId, last4, key } = await owner.auth.createApiKey({ name: 'sample' });
    expect(secret).toMatch(/^tg_live_[0-9A-Za-z]{36}$/);
    expect(secret.endsWith(last4)).toBe(true);
    expect(key).toMatchObject({ keyId, status: 'active', environment: 'live' });
    expect(key?.scopes.toSorted()).toEqual([...defaultKeyScopes].sort());
    const stored = await auth.place.database.sql('select * from auth.api_key where key_id = $1', [
      keyId,
    ]);
    expect(JSON.stringify(stored)).not.toContain(secret.slice(8));
    expect((await owner.auth.getApiKey({ keyId })).key).toEqual(key);
  });

  test('cannot do what its maker cannot', async () => {
    const request = { name: 'greedy', scopes: ['tenant.tenants.list'] };
    expect(await refusal(owner.auth.createApiKey(request))).toBe('SCOPE_NOT_HELD');
    for (const scope of ['tenant.internal', 'no.such.scope']) {
      const made = owner.auth.createApiKey({ name: 'strange', scopes: [scope] });
      expect(await refusal(made)).toBe('INVALID_INPUT');
    }
  });

  test('with a name or an end that cannot be stored is refused, not failed', async () => {
    for (const request of [
      { name: 'a\0b' },
      { name: 'late', expiresAt: { seconds: 253_402_300_800n } },
      { name: 'never', expiresAt: { seconds: 9_223_372_036_854_775_807n } },
    ]) {
      expect(await refusal(owner.auth.createApiKey(request))).toBe('INVALID_INPUT');
    }
  });

  test('of a key has at most its scopes, and its environment', async () => {
    const maker = auth.service.client(AuthService, {
      kind: 'api_key',
      subject: newId('key'),
      keyId: newId('key'),
      tenantId: owner.tenantId,
      environment: 'test',
      permissions: ['auth.keys.create', 'metering.usage.read'],
    });
    const { key } = await maker.createApiKey({ name: 'child' });
    expect(key).toMatchObject({ environment: 'test', scopes: ['metering.usage.read'] });
    const live = maker.createApiKey({ name: 'child', environment: 'live' });
    expect(await refusal(live)).toBe('PERMISSION_DENIED');
  });

  test('repeated with its idempotency key answers the same secret, which rests encrypted', async () => {
    const options = { headers: { 'idempotency-key': newId('evt') } };
    const first = await owner.auth.createApiKey({ name: 'once' }, options);
    expect(await owner.auth.createApiKey({ name: 'once' }, options)).toEqual(first);
    const other = owner.auth.createApiKey({ name: 'other' }, options);
    expect(await refusal(other)).toBe('IDEMPOTENCY_KEY_REUSED');
    const [stored] = await auth.place.database.sql<{ answer: Buffer }>(
      `select answer from auth.idempotency where method like '%CreateApiKey'`,
    );
    expect(stored?.answer.toString('latin1')).not.toContain(first.secret);
    expect((await auth.check({ 'x-api-key': first.secret })).status).toBe(200);
  });
});

describe('keys', () => {
  test('are listed newest first, page by page, revoked ones included', async () => {
    const lister = await auth.signUp();
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      made.push((await lister.auth.createApiKey({ name })).keyId);
    }
    await lister.auth.revokeApiKey({ keyId: made[1] ?? '' });
    const first = await lister.auth.listApiKeys({ pageSize: 2 });
    const { nextPageToken: pageToken } = first;
    const second = await lister.auth.listApiKeys({ pageSize: 2, pageToken });
    const seen = [...first.keys, ...second.keys];
    expect(seen.map((key) => key.keyId)).toEqual(made.toReversed());
    expect(seen.map((key) => key.status)).toEqual(['active', 'revoked', 'active']);
    expect(second.nextPageToken).toBe('');
  });

  test('of another tenant are not found, and stay as they are', async () => {
    const { keyId, secret } = await owner.auth.createApiKey({ name: 'mine' });
    const stranger = await auth.signUp();
    expect(await refusal(stranger.auth.getApiKey({ keyId }))).toBe('NOT_FOUND');
    expect(await refusal(stranger.auth.revokeApiKey({ keyId }))).toBe('NOT_FOUND');
    expect((await stranger.auth.listApiKeys({})).keys).toEqual([]);
    expect((await auth.check({ 'x-api-key': secret })).status).toBe(200);
  });

  test('are revoked for good; a second time changes nothing', async () => {
    const { keyId } = await owner.auth.createApiKey({ name: 'to revoke' });
    const first = await owner.auth.revokeApiKey({ keyId });
    expect(first.key?.status).toBe('revoked');
    expect(await owner.auth.revokeApiKey({ keyId })).toEqual(first);
    const [events] = await auth.place.database.sql<{ version: string }>(
      'select version::text from auth.entity_version where entity_id = $1',
      [keyId],
    );
    expect(events?.version).toBe('2');
  });

  test('are made and revoked by those roles only that may', async () => {
    const viewer = auth.service.client(AuthService, user(owner.tenantId, { role: 'viewer' }));
    expect(await refusal(viewer.createApiKey({ name: 'x' }))).toBe('PERMISSION_DENIED');
    expect(await refusal(viewer.revokeApiKey({ keyId: newId('key') }))).toBe('PERMISSION_DENIED');
    expect(await refusal(viewer.listApiKeys({}))).toBe('answered');
    expect(await refusal(auth.anonymous.listApiKeys({}))).toBe('CREDENTIAL_MISSING');
  });
});
