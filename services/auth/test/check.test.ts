import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, refusal, testPlatform } from '@tollgate/testkit';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import type { Checked } from './check-client.ts';
import { type AuthForTest, type Person, startAuthForTest } from './start.ts';

let auth: AuthForTest;
let owner: Person;

beforeAll(async () => {
  auth = await startAuthForTest();
  owner = await auth.signUp();
});
afterAll(async () => auth?.[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const denial = ({ status, metadata }: Checked) => `${status} ${String(metadata.reason)}`;

describe('an API key', () => {
  test('passes in either header, names tenant and key, and travels no further', async () => {
    const { secret, keyId } = await owner.auth.createApiKey({ name: 'sample' });
    for (const [headers, removed] of [
      [{ 'x-api-key': secret }, ['x-api-key']],
      [bearer(secret), ['authorization']],
      [{ 'x-api-key': secret, ...bearer(secret) }, ['x-api-key', 'authorization']],
    ] as const) {
      const answer = await auth.check(headers);
      expect(answer).toMatchObject({ status: 200, removed });
      expect(answer.headers).toEqual({
        'x-tollgate-tenant': owner.tenantId,
        'x-tollgate-key': keyId,
      });
      expect(answer.metadata).toEqual({
        tenant: owner.tenantId,
        environment: 'live',
        key: keyId,
        key_limit: 'none',
        class: 'upstream',
      });
    }
  });

  test('carries its environment and its own limit', async () => {
    const { secret } = await owner.auth.createApiKey({
      name: 'limited',
      environment: 'test',
      rateLimit: { requests: 100 },
    });
    expect((await auth.check({ 'x-api-key': secret })).metadata).toMatchObject({
      environment: 'test',
      key_limit: '100/60',
    });
  });

  test('becomes an internal token with its scopes on the own API', async () => {
    const { secret, keyId } = await owner.auth.createApiKey({
      name: 'reader',
      scopes: ['metering.usage.read'],
    });
    const answer = await auth.check({ 'x-api-key': secret }, { class: 'api' });
    const { verifier } = testPlatform('auth');
    const principal = await verifier.verify(answer.headers['x-tollgate-token'] ?? '');
    expect(principal).toMatchObject({ kind: 'api_key', keyId, tenantId: owner.tenantId });
    expect([...principal.permissions]).toEqual(['metering.usage.read']);
    const again = await auth.check({ 'x-api-key': secret }, { class: 'api' });
    expect(again.headers).toEqual(answer.headers);
  });

  test('without the scope is known and may not call upstreams', async () => {
    const { secret } = await owner.auth.createApiKey({
      name: 'narrow',
      scopes: ['metering.usage.read'],
    });
    expect(denial(await auth.check({ 'x-api-key': secret }))).toBe('403 PERMISSION_DENIED');
  });

  test('that nobody has, or that is mistyped, is refused without a word why', async () => {
    const nobodys = 'tg_live_00000000000000000000000000000026n61v';
    const { secret } = await owner.auth.createApiKey({ name: 'typo' });
    const typo = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
    for (const key of [nobodys, typo, 'nonsense', '']) {
      const answer = await auth.check({ 'x-api-key': key });
      expect(denial(answer)).toBe('401 CREDENTIAL_INVALID');
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      expect(answer.body).toBe('The credential is not valid.');
      expect(Object.values(answer.metadata)).not.toContain('');
    }
  });

  test('made by one process works at once at another that has never heard of it', async () => {
    await using other = await auth.startAnother();
    const { secret, keyId } = await owner.auth.createApiKey({ name: 'fresh' });
    const answers = await Promise.all([1, 2, 3].map(() => other.check({ 'x-api-key': secret })));
    expect(answers.map(({ metadata }) => metadata.key)).toEqual([keyId, keyId, keyId]);
  });

  test('revoked at one process is refused by every other within a second, for good', async () => {
    await using other = await auth.startAnother();
    const { secret, keyId } = await owner.auth.createApiKey({ name: 'to revoke' });
    expect((await other.check({ 'x-api-key': secret })).status).toBe(200);
    await owner.auth.revokeApiKey({ keyId });
    expect(denial(await auth.check({ 'x-api-key': secret }))).toBe('401 API_KEY_REVOKED');
    await eventually({ withinMs: 1_000 }, async () => {
      expect(denial(await other.check({ 'x-api-key': secret }))).toBe('401 API_KEY_REVOKED');
    });
    await using later = await auth.startAnother();
    expect(denial(await later.check({ 'x-api-key': secret }))).toBe('401 API_KEY_REVOKED');
  });

  test('revoked while the event bus is down is refused after the stated time', async () => {
    await using alone = await startAuthForTest();
    await using other = await alone.startAnother({ TOLLGATE_KEY_REFRESH_INTERVAL_MS: '200' });
    const person = await alone.signUp();
    const { secret, keyId } = await person.auth.createApiKey({ name: 'silently revoked' });
    expect((await other.check({ 'x-api-key': secret })).status).toBe(200);
    await alone.place.nats.kill();
    await person.auth.revokeApiKey({ keyId });
    await eventually({ withinMs: 2_000 }, async () => {
      expect(denial(await other.check({ 'x-api-key': secret }))).toBe('401 API_KEY_REVOKED');
    });
    await alone.place.nats.start({ data: 'empty' });
  });
});

describe('an access token', () => {
  test('passes as its user, with its role, on upstreams and on the own API', async () => {
    const answer = await auth.check(bearer(owner.accessToken), { class: 'api' });
    expect(answer.status).toBe(200);
    expect(answer.metadata).toMatchObject({ tenant: owner.tenantId, key: owner.userId });
    const { verifier } = testPlatform('auth');
    expect(await verifier.verify(answer.headers['x-tollgate-token'] ?? '')).toMatchObject({
      kind: 'user',
      subject: owner.userId,
      role: 'owner',
    });
    const upstream = await auth.check(bearer(owner.accessToken));
    expect(upstream.status).toBe(200);
    expect(upstream.headers['x-tollgate-token']).toBeUndefined();
  });

  test('is the standard kind: typed, short-lived, signed by a published key', async () => {
    const header = decodeProtectedHeader(owner.accessToken);
    expect(header).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(owner.accessToken);
    expect(claims).toMatchObject({ iss: 'tollgate', aud: 'tollgate-api', sub: owner.userId });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    const { keys } = await auth.anonymous.getJsonWebKeySet({});
    expect(keys).toMatchObject([{ kty: 'OKP', crv: 'Ed25519', kid: header.kid, use: 'sig' }]);
  });

  test('that was tampered with, unsigned, of another kind or another signer is refused', async () => {
    const [header = '', payload = '', signature = ''] = owner.accessToken.split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const own = decodeProtectedHeader(owner.accessToken);
    const claims = decodeJwt(owner.accessToken);
    const { keys } = await auth.anonymous.getJsonWebKeySet({});
    const publicKey = Buffer.from(keys[0]?.x ?? '', 'base64url');
    const thief = generateKeyPairSync('ed25519').privateKey;
    const internal = await auth.internalTokenOf(owner.accessToken);
    const forged = [
      `${header}.${encode({ ...claims, role: 'platform_admin' })}.${signature}`,
      `${encode({ ...own, alg: 'none' })}.${payload}.`,
      `${encode({ ...own, alg: 'none' })}.${payload}.${signature}`,
      // The public key, which everybody has, used as if it were a shared secret.
      await new SignJWT(claims)
        .setProtectedHeader({ ...own, alg: 'HS256' })
        .sign(new Uint8Array(publicKey)),
      await new SignJWT(claims).setProtectedHeader({ ...own, alg: 'EdDSA' }).sign(thief),
      await new SignJWT(claims)
        .setProtectedHeader({ ...own, alg: 'EdDSA', kid: randomBytes(8).toString('hex') })
        .sign(thief),
      internal,
    ];
    const answers = await Promise.all(forged.map((token) => auth.check(bearer(token))));
    expect(answers.map(denial)).toEqual(forged.map(() => '401 CREDENTIAL_INVALID'));
  });
});

describe('a route', () => {
  test('that needs a credential says that none came', async () => {
    const answer = await auth.check({});
    expect(denial(answer)).toBe('401 CREDENTIAL_MISSING');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  test('that is public lets nobody in particular pass, and knows who shows a credential', async () => {
    const open = { access: 'public', class: 'api' };
    const nobody = await auth.check({}, open);
    expect(nobody.metadata).toMatchObject({ tenant: 'anonymous', key: 'none', key_limit: 'none' });
    const { verifier } = testPlatform('auth');
    expect(await verifier.verify(nobody.headers['x-tollgate-token'] ?? '')).toMatchObject({
      kind: 'anonymous',
    });
    const known = await auth.check(bearer(owner.accessToken), open);
    expect(known.metadata).toMatchObject({ tenant: owner.tenantId });
    expect(denial(await auth.check({ 'x-api-key': 'bad' }, open))).toBe('401 CREDENTIAL_INVALID');
  });

  test('refuses two credentials that differ, in two headers or twice in one', async () => {
    const { secret } = await owner.auth.createApiKey({ name: 'one' });
    const { secret: second } = await owner.auth.createApiKey({ name: 'two' });
    for (const headers of [
      { 'x-api-key': secret, ...bearer(owner.accessToken) },
      { 'x-api-key': [secret, second] },
    ]) {
      expect(denial(await auth.check(headers))).toBe('401 CREDENTIAL_INVALID');
    }
  });

  test('is not open because a client says so: only the context of the route counts', async () => {
    const sent = { 'x-tollgate-tenant': owner.tenantId, 'x-tollgate-token': 'forged' };
    expect(denial(await auth.check(sent))).toBe('401 CREDENTIAL_MISSING');
  });
});

test('an expired key is refused, and one cannot be made', async () => {
  const { secret, keyId } = await owner.auth.createApiKey({
    name: 'short',
    expiresAt: { seconds: BigInt(Math.floor(Date.now() / 1_000) + 3_600) },
  });
  expect((await auth.check({ 'x-api-key': secret })).status).toBe(200);
  await auth.place.database.sql(
    "update auth.api_key set expire_time = now() - interval '1 second' where key_id = $1",
    [keyId],
  );
  await using later = await auth.startAnother();
  expect(denial(await later.check({ 'x-api-key': secret }))).toBe('401 CREDENTIAL_EXPIRED');
  const past = owner.auth.createApiKey({ name: 'past', expiresAt: { seconds: 1n } });
  expect(await refusal(past)).toBe('INVALID_INPUT');
});

test('a fault of ours is never told as a bad credential', async () => {
  await using broken = await startAuthForTest();
  const { secret } = await owner.auth.createApiKey({ name: 'unknown there' });
  await broken.place.database.sql(
    'revoke select on auth.api_key from tollgate_auth, tollgate_auth_system',
  );
  await expect(broken.check({ 'x-api-key': secret })).rejects.toMatchObject({ code: 13 });
});
