import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createIdentify, makeKeySecret } from '@tollgate/credentials';
import type { Database } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import { testPlatform } from '@tollgate/testkit';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { createAllKeys } from '../api-keys/all-keys.ts';
import type { ApiKey } from '../api-keys/domain/api-key.ts';
import { createSessionDirectory } from '../sessions/session-directory.ts';
import type { CheckAnswer } from './answer.ts';
import { createCheck } from './check.ts';
import { createIdentifyToken } from './identify-token.ts';
import { createInternalTokens } from './internal-tokens.ts';
import type { CheckQuestion } from './question.ts';

// Nothing here is asked: all keys are in memory, and nobody comes with a token.
const database = {} as Database;
const accessTokens = {} as AccessTokens;

function setUp(changes: Partial<ApiKey> = {}) {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const { identity } = testPlatform('auth', { clock });
  let hashed = 0;
  const hashSecret = (text: string) => {
    hashed += 1;
    return createHmac('sha256', 'pepper').update(text).digest('hex');
  };
  const keys = createAllKeys({ database, clock }).directory;
  const secret = makeKeySecret('live', (length) => new Uint8Array(length).fill(61));
  const key: ApiKey = {
    keyId: 'key_01kab6tz6qe5xrg3m1m3v0w1rk',
    tenantId: 'ten_01kab6tz6qe5xrg3m1m3v0w1rk',
    environment: 'live',
    name: 'sample',
    scopes: ['upstream.invoke'],
    secretHash: hashSecret(secret),
    last4: secret.slice(-4),
    createTime: clock.now(),
    ...changes,
  };
  keys.put(key);
  const sessions = createSessionDirectory({ database, clock });
  const ofToken = createIdentifyToken({ accessTokens, sessions });
  const identify = createIdentify({ keys, hashSecret, ofToken, clock });
  const check = createCheck({ identify, tokenOf: createInternalTokens({ identity, clock }) });
  const ask = (routeClass = 'upstream') => check(questionOf(secret, routeClass));
  return { ask, clock, keys, key, hashedSoFar: () => hashed };
}

function questionOf(secret: string, routeClass: string): CheckQuestion {
  const http = { headers: { 'x-api-key': secret } };
  return { attributes: { contextExtensions: { class: routeClass }, request: { http } } };
}

const reasonOf = (answer: CheckAnswer) => answer.dynamicMetadata['reason'] ?? 'allowed';

test('a key that is known is hashed once, and answered at once with the same answer', async () => {
  const { ask, hashedSoFar } = setUp();
  const first = await ask();
  const before = hashedSoFar();
  for (let again = 0; again < 3; again += 1) expect(ask()).toBe(first);
  expect(hashedSoFar()).toBe(before);
});

test('a key that is known is refused from the moment of its revocation on', async () => {
  const { ask, keys, key, clock } = setUp();
  expect(reasonOf(await ask())).toBe('allowed');
  keys.revoke(key.keyId, clock.now());
  expect(reasonOf(await ask())).toBe('API_KEY_REVOKED');
});

test('a key that is known is refused from its last instant on', async () => {
  const { ask, clock } = setUp({ expireTime: Temporal.Instant.from('2026-11-21T12:01:00Z') });
  clock.set('2026-11-21T12:00:59.999Z');
  expect(reasonOf(await ask())).toBe('allowed');
  clock.set('2026-11-21T12:01:00Z');
  expect(reasonOf(await ask())).toBe('CREDENTIAL_EXPIRED');
});

test('a key that has changed is answered as it is now', async () => {
  const { ask, keys, key } = setUp();
  expect((await ask()).dynamicMetadata['key_limit']).toBe('none');
  keys.put({ ...key, limit: { requests: 5, seconds: 60 } });
  expect((await ask()).dynamicMetadata['key_limit']).toBe('5/60');
  keys.put({ ...key, scopes: ['metering.usage.read'] });
  expect(reasonOf(await ask())).toBe('PERMISSION_DENIED');
});

test('a key whose permissions have changed gets another internal token at once', async () => {
  const { ask, keys, key } = setUp();
  const permissionsOf = async () => {
    const [token] = (await ask('api')).httpResponse.value.headers;
    const [, payload = ''] = token?.header.value.split('.') ?? [];
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).perms;
  };
  expect(await permissionsOf()).toEqual(['upstream.invoke']);
  keys.put({ ...key, scopes: ['metering.usage.read'] });
  expect(await permissionsOf()).toEqual(['metering.usage.read']);
});

test('the internal token is renewed a minute before it dies', async () => {
  const { ask, clock } = setUp();
  const first = await ask('api');
  clock.advance({ minutes: 3, seconds: 59 });
  expect(await ask('api')).toBe(first);
  clock.advance({ seconds: 1 });
  const next = await ask('api');
  expect(next.httpResponse.value.headers[0]?.header.key).toBe('x-tollgate-token');
  expect(next.httpResponse.value.headers[0]).not.toEqual(first.httpResponse.value.headers[0]);
});

test('the same key on an upstream and on the own API gets two answers, one with a token', async () => {
  const { ask } = setUp();
  const names = (answer: CheckAnswer) =>
    answer.httpResponse.value.headers.map(({ header }) => header.key);
  for (let again = 0; again < 2; again += 1) {
    expect(names(await ask('upstream'))).toEqual(['x-tollgate-tenant', 'x-tollgate-key']);
    expect(names(await ask('api'))).toEqual([
      'x-tollgate-token',
      'x-tollgate-tenant',
      'x-tollgate-key',
    ]);
  }
});
