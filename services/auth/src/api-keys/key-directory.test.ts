import { expect, test } from '@jest/globals';
import type { Database } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import type { ApiKey } from './domain/api-key.ts';
import { createKeyDirectory } from './key-directory.ts';

function openDirectory() {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  let asked = 0;
  /** Nobody's secret is in it. */
  const database = {
    system: async () => {
      asked += 1;
      return undefined;
    },
  } as unknown as Database;
  return { clock, directory: createKeyDirectory({ database, clock }), askedSoFar: () => asked };
}

test('of secrets that are nobody’s, the last 20,000 are remembered', async () => {
  const { directory, askedSoFar } = openDirectory();
  await directory.find('first');
  for (let other = 1; other < 20_000; other += 1) await directory.find(`other ${other}`);
  expect(askedSoFar()).toBe(20_000);
  await directory.find('other 1');
  expect(askedSoFar()).toBe(20_000);
  await directory.find('one more');
  await directory.find('first');
  expect(askedSoFar()).toBe(20_002);
});

test('of keys that are revoked before they are known, the last 10,000 are remembered', () => {
  const { directory, clock } = openDirectory();
  for (let key = 0; key <= 10_000; key += 1) directory.revoke(`key_${key}`, clock.now());
  const revokeTimeOf = (keyId: string) => {
    directory.put(keyOf(keyId, clock.now()));
    return (directory.find(keyId) as ApiKey).revokeTime;
  };
  expect(revokeTimeOf('key_0')).toBeUndefined();
  expect(revokeTimeOf('key_1')).toEqual(clock.now());
  expect(revokeTimeOf('key_10000')).toEqual(clock.now());
});

function keyOf(keyId: string, createTime: Temporal.Instant): ApiKey {
  return {
    keyId,
    secretHash: keyId,
    tenantId: 'ten_01kab6tz6qe5xrg3m1m3v0w1rk',
    environment: 'live',
    name: 'sample',
    scopes: [],
    last4: 'abcd',
    createTime,
  };
}
