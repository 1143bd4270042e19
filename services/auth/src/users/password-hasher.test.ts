import { expect, test } from '@jest/globals';
import { hash, verify } from '@node-rs/argon2';
import { reasonOf } from '@tollgate/runtime/errors';
import { createPasswordHasher } from './password-hasher.ts';

const storedBefore =
  '$argon2id$v=19$m=19456,t=2,p=1$OT63RLXMUhuTFE74x6IzvA$F6qSPZgW/av43DeBVLvzCQAbtGqyzoLlvfPk++fvpgU';

test('a password is stored as Argon2id with the stated parameters and found again', async () => {
  const passwords = await createPasswordHasher(2);
  const stored = await passwords.hash('correct horse');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(stored, 'correct horse')).toBe(true);
  expect(await passwords.verify(stored, 'wrong horse')).toBe(false);
  expect(await passwords.verify(undefined, 'correct horse')).toBe(false);
});

const passwordsOfAllKinds = ['correct horse', '', 'ÿ パスワード 🐎', 'x'.repeat(1_000)];
const costs = [
  { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  { memoryCost: 64, timeCost: 3, parallelism: 2 },
  { memoryCost: 8_192, timeCost: 1, parallelism: 4, outputLen: 64, salt: Buffer.alloc(8, 'salt') },
];

test('what another implementation of Argon2id stored is found again, and the other way round', async () => {
  const passwords = await createPasswordHasher(2);
  for (const password of passwordsOfAllKinds) {
    const ours = await passwords.hash(password);
    expect(await verify(ours, password)).toBe(true);
    expect(await verify(ours, `${password} `)).toBe(false);
    for (const cost of costs) {
      const theirs = await hash(password, cost);
      expect(await passwords.verify(theirs, password)).toBe(true);
      expect(await passwords.verify(theirs, `${password} `)).toBe(false);
    }
  }
});

test('a hash stored before Node’s own Argon2 was used is still valid', async () => {
  const passwords = await createPasswordHasher(1);
  expect(await passwords.verify(storedBefore, 'correct horse')).toBe(true);
  expect(passwords.needsRehash(storedBefore)).toBe(false);
});

test('a stored text that is no hash is a fault, not a wrong password', async () => {
  const passwords = await createPasswordHasher(1);
  for (const stored of ['', 'plain', storedBefore.replace('argon2id', 'argon2i')]) {
    await expect(passwords.verify(stored, 'plain')).rejects.toThrow('no Argon2id');
    expect(() => passwords.needsRehash(stored)).toThrow('no Argon2id');
  }
});

test('hashes of weaker parameters are told apart', async () => {
  const passwords = await createPasswordHasher(1);
  const weak = await hash('x', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  expect(passwords.needsRehash(weak)).toBe(true);
  expect(passwords.needsRehash(await passwords.hash('x'))).toBe(false);
});

test('more than a hundred waiting are refused, and all others get their answer', async () => {
  const passwords = await createPasswordHasher(1);
  const stored = await hash('x', { memoryCost: 64, timeCost: 1, parallelism: 1 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, () => passwords.verify(stored, 'x')),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map((outcome) => reasonOf(outcome.reason))).toEqual(
    Array.from({ length: 9 }, () => 'RATE_LIMITED'),
  );
  expect(await passwords.verify(stored, 'x')).toBe(true);
});

test('an unknown user costs the same work as a wrong password', async () => {
  const passwords = await createPasswordHasher(1);
  const stored = await passwords.hash('right');
  async function workMs(of: string | undefined): Promise<number> {
    const start = performance.now();
    for (let round = 0; round < 5; round += 1) await passwords.verify(of, 'wrong');
    return performance.now() - start;
  }
  // Generous for a busy machine: without the work it would be faster a thousand times.
  expect(await workMs(undefined)).toBeGreaterThan((await workMs(stored)) / 5);
});
