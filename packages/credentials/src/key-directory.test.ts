import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import type { KnownKey } from './domain/known-key.ts';
import { createKeyDirectory } from './key-directory.ts';

type LookUp = (secretHash: string) => Promise<KnownKey | undefined>;
const nobodysSecret: LookUp = () => Promise.resolve(undefined);

function openDirectory({ answer = nobodysSecret, keysMax }: { answer?: LookUp; keysMax?: number }) {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  let asked = 0;
  const lookUp: LookUp = (secretHash) => {
    asked += 1;
    return answer(secretHash);
  };
  const bound = keysMax === undefined ? {} : { keysMax };
  const directory = createKeyDirectory({ lookUp, source: 'auth', clock, ...bound });
  return { clock, directory, askedSoFar: () => asked };
}

test('of secrets that are nobody’s, the last 20,000 are remembered', async () => {
  const { directory, askedSoFar } = openDirectory({});
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
  const { directory, clock } = openDirectory({});
  for (let key = 0; key <= 10_000; key += 1) directory.revoke(`key_${key}`, clock.now());
  const revokeTimeOf = (keyId: string) => {
    directory.put(keyOf(keyId));
    return (directory.find(keyId) as KnownKey).revokeTime;
  };
  expect(revokeTimeOf('key_0')).toBeUndefined();
  expect(revokeTimeOf('key_1')).toEqual(clock.now());
  expect(revokeTimeOf('key_10000')).toEqual(clock.now());
});

test('a key that is not known is asked for once, however many wait for it', async () => {
  const { directory, askedSoFar } = openDirectory({ answer: async (hash) => keyOf(hash) });
  const found = await Promise.all(Array.from({ length: 50 }, async () => directory.find('key_a')));
  expect(new Set(found).size).toBe(1);
  expect(directory.find('key_a')).toBe(found[0]);
  expect(askedSoFar()).toBe(1);
});

test('a bounded directory keeps the keys used last, and of those forgotten nothing', async () => {
  const { directory, askedSoFar, clock } = openDirectory({
    answer: async (hash) => keyOf(hash),
    keysMax: 2,
  });
  for (const key of ['key_a', 'key_b', 'key_a', 'key_c']) await directory.find(key);
  expect([directory.size, askedSoFar()]).toEqual([2, 3]);
  // The news of a key that is not kept is not lost on the way back in.
  directory.revoke('key_b', clock.now());
  expect(await directory.find('key_b')).toMatchObject({ revokeTime: clock.now() });
  expect(askedSoFar()).toBe(4);
});

test('what was asked before the directory was cleared is asked again', async () => {
  const answers = [keyOf('key_a'), { ...keyOf('key_a'), scopes: ['upstream.invoke'] }];
  const waiting: (() => void)[] = [];
  const { directory } = openDirectory({
    answer: () => new Promise((resolve) => waiting.push(() => resolve(answers.shift()))),
  });
  const found = directory.find('key_a');
  directory.clear();
  waiting.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  waiting.shift()?.();
  expect(await found).toMatchObject({ scopes: ['upstream.invoke'] });
});

test('a secret that was nobody’s before the directory was cleared is looked up again', async () => {
  const { directory, askedSoFar } = openDirectory({});
  await directory.find('key_a');
  directory.clear();
  await directory.find('key_a');
  expect(askedSoFar()).toBe(2);
});

function keyOf(keyId: string): KnownKey {
  return {
    keyId,
    secretHash: keyId,
    tenantId: 'ten_01kab6tz6qe5xrg3m1m3v0w1rk',
    environment: 'live',
    scopes: [],
  };
}
