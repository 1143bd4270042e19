import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slugFromName, withSuffix } from './slug.ts';

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
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        expect(slugFromName(name)).toMatch(slugPattern);
        expect(withSuffix(slugFromName(name), 'a1b2c3')).toMatch(slugPattern);
      }),
    );
  });
});
