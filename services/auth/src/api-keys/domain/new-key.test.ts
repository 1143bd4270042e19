import { ConnectError } from '@connectrpc/connect';
import { describe, expect, test } from '@jest/globals';
import { defaultKeyScopes } from '@tollgate/api';
import { BadRequestSchema } from '@tollgate/api/google/rpc/error_details';
import { reasonOf } from '@tollgate/runtime/errors';
import { decideNewKey, type KeyMaker, type WantedKey } from './new-key.ts';

const at = Temporal.Instant.from('2026-03-01T12:00:00Z');
const wanted: WantedKey = { name: 'sample', environment: '', scopes: [] };
const user: KeyMaker = { permissions: new Set(defaultKeyScopes) };
const keyOf = (keyEnvironment: 'test' | 'live'): KeyMaker => ({ ...user, keyEnvironment });

const decide = (changes: Partial<WantedKey> = {}, maker = user) =>
  decideNewKey({ ...wanted, ...changes }, { maker, at });

function refusal(change: () => unknown): unknown {
  try {
    change();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a key of which nothing is said is live, never ends and has no limit of its own', () => {
  expect(decide()).toEqual({ name: 'sample', environment: 'live', scopes: defaultKeyScopes });
});

describe('the end of a key', () => {
  test('is in the future', () => {
    const expireTime = at.add({ nanoseconds: 1 });
    expect(decide({ expireTime }).expireTime).toEqual(expireTime);
  });

  test.each([at, at.subtract({ hours: 1 })])('%s is refused', (expireTime) => {
    expect(reasonOf(refusal(() => decide({ expireTime })))).toBe('INVALID_INPUT');
  });
});

describe('the limit of a key', () => {
  test('counts by the minute when nothing else is said', () => {
    expect(decide({ limit: { requests: 5, seconds: 0 } }).limit).toEqual({
      requests: 5,
      seconds: 60,
    });
  });

  test('keeps the window that is asked for', () => {
    const limit = { requests: 5, seconds: 3_600 };
    expect(decide({ limit }).limit).toEqual(limit);
  });
});

describe('the environment of a key', () => {
  test.each(['test', 'live'] as const)('is %s when a user asks for it', (environment) => {
    expect(decide({ environment }).environment).toBe(environment);
  });

  test.each(['test', 'live'] as const)('is that of the %s key that makes it', (own) => {
    expect(decide({}, keyOf(own)).environment).toBe(own);
    expect(decide({ environment: own }, keyOf(own)).environment).toBe(own);
  });

  test.each([
    ['test', 'live'],
    ['live', 'test'],
  ] as const)('of a %s key leads to no %s one', (own, environment) => {
    const refused = refusal(() => decide({ environment }, keyOf(own)));
    expect(reasonOf(refused)).toBe('PERMISSION_DENIED');
  });
});

test('what the maker may not do itself is refused', () => {
  const refused = refusal(() => decide({ scopes: ['tenant.members.update'] }));
  expect(reasonOf(refused)).toBe('SCOPE_NOT_HELD');
});

test('everything that is wrong with the input is told at once, before anything else', () => {
  const scopes = ['metering.usage.read', 'no.such', 'tenant.members.update', 'tenant.internal'];
  const refused = refusal(() =>
    decide({ scopes, expireTime: at, environment: 'live' }, keyOf('test')),
  );
  const [details] = ConnectError.from(refused).findDetails(BadRequestSchema);
  const told = details?.fieldViolations.map(({ field, description }) => [field, description]);
  expect(told).toEqual([
    ['scopes[1]', 'is not a permission'],
    ['scopes[3]', 'is not a permission'],
    ['expires_at', 'must be in the future'],
  ]);
});
