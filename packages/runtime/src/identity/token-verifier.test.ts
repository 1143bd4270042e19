import { expect, jest, test } from '@jest/globals';
import { PLATFORM_TENANT_ID, permissionsOfRole } from '@tollgate/api';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { fixedClock } from '../clock/clock.ts';
import { reasonOf } from '../errors/failure.ts';
import { testPlatform } from '../testing/test-platform.ts';
import type { PrincipalClaims } from './service-identity.ts';
import { parsePrivateKey, parsePublicKeys } from './service-keys.ts';
import { createTokenVerifier } from './token-verifier.ts';

const tenantId = 'ten_00000000000000000000000001';
const user: PrincipalClaims = {
  kind: 'user',
  subject: 'usr_1',
  tenantId,
  environment: 'test',
  role: 'developer',
  sessionId: 'ses_1',
};

function platformAt(start = '2026-01-31T12:00:00Z') {
  const clock = fixedClock(start);
  return { ...testPlatform({ clock }), clock };
}

async function reasonFor(verified: Promise<unknown>): Promise<string | undefined> {
  return verified.then(
    () => 'accepted',
    (error: unknown) => reasonOf(error),
  );
}

test('what Auth says about a user comes back, with the permissions of the role', async () => {
  const { identity, verifier } = platformAt();
  const principal = await verifier.verify(await identity('auth').signPrincipalToken(user));
  expect(principal).toEqual({ ...user, permissions: permissionsOfRole.developer });
});

test('an API key has its scopes, of which none is internal', async () => {
  const { identity, verifier } = platformAt();
  const token = await identity('auth').signPrincipalToken({
    kind: 'api_key',
    subject: 'key_1',
    keyId: 'key_1',
    tenantId,
    environment: 'live',
    permissions: ['metering.usage.read', 'tenant.internal'],
  });
  const principal = await verifier.verify(token);
  expect(principal).toMatchObject({ kind: 'api_key', keyId: 'key_1', tenantId });
  expect([...principal.permissions]).toEqual(['metering.usage.read']);
});

test('a token is refused when it has expired, also one that was accepted before', async () => {
  const { identity, verifier, clock } = platformAt();
  const token = await identity('auth').signPrincipalToken({ ...user, lifetimeMs: 60_000 });
  expect(await reasonFor(verifier.verify(token))).toBe('accepted');
  clock.advance({ seconds: 59 });
  expect(await reasonFor(verifier.verify(token))).toBe('accepted');
  clock.advance({ seconds: 10 });
  expect(await reasonFor(verifier.verify(token))).toBe('CREDENTIAL_EXPIRED');
});

test('of accepted tokens, those used last are remembered, and never more than the bound', async () => {
  const { identity, publicKeys, clock } = platformAt();
  const verifier = createTokenVerifier({ publicKeys, clock, rememberedMax: 2 });
  const signing = ['1', '2', '3'].map((sessionId) =>
    identity('auth').signPrincipalToken({ ...user, sessionId }),
  );
  const [one = '', two = '', three = ''] = await Promise.all(signing);
  const verified = jest.spyOn(crypto.subtle, 'verify');
  for (const token of [one, two, one, two, one]) await verifier.verify(token);
  expect(verified).toHaveBeenCalledTimes(2);
  for (const token of [three, one]) await verifier.verify(token);
  expect(verified).toHaveBeenCalledTimes(3);
  await verifier.verify(two);
  expect(verified).toHaveBeenCalledTimes(4);
  verified.mockRestore();
});

test('a service signs for itself, with the same token until a minute before its end', async () => {
  const { identity, verifier, clock } = platformAt();
  const billing = identity('billing');
  const first = await billing.signServiceToken();
  clock.advance({ minutes: 3 });
  expect(await billing.signServiceToken()).toBe(first);
  clock.advance({ minutes: 1 });
  const second = await billing.signServiceToken();
  expect(second).not.toBe(first);
  const principal = await verifier.verify(second);
  expect(principal).toMatchObject({ kind: 'service', subject: 'service:billing' });
  expect(principal.permissions.has('metering.internal')).toBe(true);
});

test('only Auth may say who a caller is', async () => {
  const { identity } = platformAt();
  await expect(identity('billing').signPrincipalToken(user)).rejects.toThrow('only auth');
});

test('an operator’s role is worth nothing outside the platform tenant', async () => {
  const { identity, verifier } = platformAt();
  const operator = { ...user, role: 'platform_admin' } as const;
  const auth = identity('auth');
  expect(await reasonFor(verifier.verify(await auth.signPrincipalToken(operator)))).toBe(
    'CREDENTIAL_INVALID',
  );
  const platform = { ...operator, tenantId: PLATFORM_TENANT_ID };
  expect(await reasonFor(verifier.verify(await auth.signPrincipalToken(platform)))).toBe(
    'accepted',
  );
});

const now = Math.floor(Date.parse('2026-01-31T12:00:00Z') / 1_000);
const header = { alg: 'EdDSA', typ: 'tollgate-internal+jwt', kid: 'billing' };
const claims = {
  iss: 'billing',
  aud: 'tollgate',
  sub: 'service:billing',
  kind: 'service',
  env: 'live',
  iat: now,
  exp: now + 60,
};

test.each([
  ['as it should be', header, claims, 'accepted'],
  ['of another type', { ...header, typ: 'at+jwt' }, claims, 'CREDENTIAL_INVALID'],
  ['with another’s kid', { ...header, kid: 'auth' }, claims, 'CREDENTIAL_INVALID'],
  ['with an unknown kid', { ...header, kid: 'nobody' }, claims, 'CREDENTIAL_INVALID'],
  ['without a kid', { alg: 'EdDSA', typ: header.typ }, claims, 'CREDENTIAL_INVALID'],
  ['from another issuer', header, { ...claims, iss: 'auth' }, 'CREDENTIAL_INVALID'],
  [
    'in the name of Auth',
    header,
    { ...claims, iss: 'auth', kind: 'user', role: 'owner', tid: tenantId },
    'CREDENTIAL_INVALID',
  ],
  [
    'as another service',
    header,
    { ...claims, iss: 'auth', sub: 'service:auth' },
    'CREDENTIAL_INVALID',
  ],
  ['for another service', header, { ...claims, sub: 'service:auth' }, 'CREDENTIAL_INVALID'],
  ['for another audience', header, { ...claims, aud: 'api' }, 'CREDENTIAL_INVALID'],
  ['without an end', header, { ...claims, exp: undefined }, 'CREDENTIAL_INVALID'],
  ['without a start', header, { ...claims, iat: undefined }, 'CREDENTIAL_INVALID'],
  [
    'that speaks for a user',
    header,
    { ...claims, kind: 'user', role: 'owner', tid: tenantId },
    'CREDENTIAL_INVALID',
  ],
  ['of an unknown kind', header, { ...claims, kind: 'god' }, 'CREDENTIAL_INVALID'],
  [
    'older than five minutes',
    header,
    { ...claims, iat: now - 400, exp: now + 60 },
    'CREDENTIAL_EXPIRED',
  ],
])('a service’s token %s', async (_name, head, body, expected) => {
  const { privateKeys, verifier } = platformAt();
  const key = await importJWK({ ...privateKeys.billing }, 'EdDSA');
  const payload: JWTPayload = JSON.parse(JSON.stringify(body));
  const token = await new SignJWT(payload).setProtectedHeader(head).sign(key);
  expect(await reasonFor(verifier.verify(token))).toBe(expected);
});

test.each([
  ['unsigned', (token: string) => `${encode({ ...header, alg: 'none' })}.${token.split('.')[1]}.`],
  ['with another payload', (token: string) => swapPayload(token)],
  ['that is text', () => 'nonsense'],
  ['that is empty', () => ''],
  ['that is huge', () => 'x'.repeat(100_000)],
])('a token %s is refused', async (_name, forge) => {
  const { identity, verifier } = platformAt();
  const token = await identity('billing').signServiceToken();
  expect(await reasonFor(verifier.verify(forge(token)))).toBe('CREDENTIAL_INVALID');
});

test('a key confused for a shared secret is refused', async () => {
  const { publicKeys, verifier } = platformAt();
  const shared = Buffer.from(publicKeys[0]?.x ?? '', 'base64url');
  const token = await new SignJWT(claims)
    .setProtectedHeader({ ...header, alg: 'HS256' })
    .sign(shared);
  expect(await reasonFor(verifier.verify(token))).toBe('CREDENTIAL_INVALID');
});

test('keys of the wrong kind or name are refused, and never quoted', () => {
  const { privateKeys } = platformAt();
  const { auth } = privateKeys;
  expect(() => parsePrivateKey(auth, 'tenant')).toThrow('kid must be tenant');
  expect(() => parsePrivateKey({ ...auth, d: undefined }, 'auth')).toThrow('private half');
  expect(() => parsePrivateKey({ kty: 'oct', k: 'hush' }, 'auth')).toThrow(/^(?!.*hush)/);
  expect(() => parsePublicKeys({ keys: [auth, auth] })).toThrow('once');
  expect(() => parsePublicKeys({ keys: [] })).toThrow('JWKS');
  expect(JSON.stringify(parsePublicKeys({ keys: [auth] }))).not.toContain(auth.d);
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function swapPayload(token: string): string {
  const [head, , signature] = token.split('.');
  return `${head}.${encode({ ...claims, sub: 'service:auth' })}.${signature}`;
}
