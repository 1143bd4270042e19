import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { slugCandidates, slugFromName, withSuffix } from './slug.ts';

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

describe('slugFromName', () => {
  test.each([
    ['Example Widgets Ltd.', 'example-widgets-ltd'],
    ['Crème Brûlée', 'creme-brulee'],
    ['--a--b--', 'a-b'],
    ['株式会社', 'tenant'],
    ['', 'tenant'],
  ])('makes %j into %j', (name, slug) => {
    expect(slugFromName(name)).toBe(slug);
  });

  test('always gives a slug that the API accepts, with a suffix too', () => {
    checkProperty(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        expect(slugFromName(name)).toMatch(slugPattern);
        expect(withSuffix(slugFromName(name), 'a1b2c3')).toMatch(slugPattern);
      }),
    );
  });
});

describe('slugCandidates', () => {
  const tenantName = 'Example Ltd.';
  let next = 0;
  const randomBytes = (length: number) => Uint8Array.from({ length }, () => next++ % 256);

  test('are the one that was asked for, and no other', () => {
    expect(slugCandidates({ slug: 'mine', tenantName }, randomBytes)).toEqual(['mine']);
  });

  test('are else the one of the name, then others by chance, all acceptable', () => {
    const [first, ...others] = slugCandidates({ slug: '', tenantName }, randomBytes);
    expect(first).toBe('example-ltd');
    expect(others).toHaveLength(4);
    expect(new Set(others).size).toBe(4);
    for (const slug of others) expect(slug).toMatch(/^example-ltd-[a-z2-9]{6}$/);
  });
});
