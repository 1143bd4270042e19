import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import { createAccessTokens } from './access-tokens.ts';
import type { KeyRing } from './key-ring.ts';

/** A ring of one key, which counts the tokens that are verified with it. */
function countingRing() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signing = privateKey.toCryptoKey('Ed25519', false, ['sign']);
  const verifying = publicKey.toCryptoKey('Ed25519', true, ['verify']);
  let verified = 0;
  const keyRing: KeyRing = {
    signer: () => ({ kid: 'one', privateKey: signing }),
    async publicKey() {
      verified += 1;
      return verifying;
    },
    published: () => [],
    refresh: () => Promise.resolve(),
  };
  return { keyRing, verifiedSoFar: () => verified };
}

test('of verified tokens, those used last are remembered, and never more than the bound', async () => {
  const { keyRing, verifiedSoFar } = countingRing();
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const tokens = createAccessTokens({ keyRing, clock, rememberedMax: 2 });
  const signing = ['1', '2', '3'].map((last) =>
    tokens.sign({
      userId: `usr_${last.padStart(26, '0')}`,
      tenantId: 'ten_01kab6tz6qe5xrg3m1m3v0w1rk',
      role: 'owner',
      sessionId: `ses_${last.padStart(26, '0')}`,
    }),
  );
  const [one = '', two = '', three = ''] = await Promise.all(signing);
  for (const token of [one, two, one, two, one]) await tokens.verify(token);
  expect(verifiedSoFar()).toBe(2);
  for (const token of [three, one]) await tokens.verify(token);
  expect(verifiedSoFar()).toBe(3);
  await tokens.verify(two);
  expect(verifiedSoFar()).toBe(4);
});
