import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { environmentOfSecret, last4Of, makeKeySecret } from './key-secret.ts';

const vectors: { secret: string; environment: string | null; why?: string }[] = JSON.parse(
  readFileSync(new URL('./key-secret.vectors.json', import.meta.url), 'utf8'),
);

describe('the secret of an API key', () => {
  test.each(vectors)('$secret: $environment $why', ({ secret, environment }) => {
    expect(environmentOfSecret(secret)).toBe(environment ?? undefined);
  });

  test('a new one is good, and no other', () => {
    for (const environment of ['live', 'test'] as const) {
      const secret = makeKeySecret(environment, randomBytes);
      expect(secret).toMatch(new RegExp(`^tg_${environment}_[0-9A-Za-z]{36}$`));
      expect(environmentOfSecret(secret)).toBe(environment);
      expect(last4Of(secret)).toBe(secret.slice(40));
    }
  });

  test('one wrong character is always noticed', () => {
    const secret = makeKeySecret('live', randomBytes);
    checkProperty(
      fc.property(fc.nat(secret.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, c) => {
        fc.pre(c !== secret[at]);
        expect(environmentOfSecret(secret.slice(0, at) + c + secret.slice(at + 1))).toBe(undefined);
      }),
    );
  });
});
