import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { parsePrice, priceViolations, RatingError, rateLine } from './index.ts';
import { eventsOf, priceDocument } from './testing/arbitrary-price.ts';

const texts = fc.constantFrom(
  '',
  '0',
  '-1',
  '1e9',
  'NaN',
  '1,5',
  ' 1',
  '9'.repeat(40),
  '0.1',
  'USD',
);
const anything = fc.oneof(fc.jsonValue(), texts);

test('a price with anything in any field is accepted and rated, or refused by name', () => {
  const spoiled = priceDocument.chain((document) =>
    fc.record({
      document: fc.constant(document),
      field: fc.constantFrom(...Object.keys(document), 'tiers', 'kind', 'colour', '__proto__'),
      value: anything,
    }),
  );
  checkProperty(
    fc.property(spoiled, ({ document, field, value }) => {
      const given = { ...document, [field]: value };
      const violations = priceViolations(given);
      if (violations.length > 0) {
        expect(() => parsePrice(given)).toThrow(RatingError);
        for (const { field, rule, message } of violations) {
          expect([field, rule, message].every((text) => text.length > 0)).toBe(true);
        }
        return;
      }
      rateLine({ price: parsePrice(given), usage: eventsOf([1, 2]) });
    }),
    { runs: 500 },
  );
});

test('anything in a tier is accepted or refused by name', () => {
  const tier = fc.dictionary(
    fc.constantFrom('up_to', 'from', 'unit_price', 'flat_fee', 'package_size', 'percent', 'x'),
    anything,
  );
  const kind = fc.constantFrom('graduated', 'volume', 'capacity', 'graduated_percentage');
  checkProperty(
    fc.property(kind, fc.array(fc.oneof(tier, anything), { maxLength: 4 }), (name, tiers) => {
      const given = { kind: name, version: 'v1', currency: 'USD', tiers };
      if (priceViolations(given).length === 0) {
        rateLine({ price: parsePrice(given), usage: eventsOf([1, 2]) });
      }
    }),
    { runs: 500 },
  );
});

test.each([null, undefined, 'flat', 7, [], { kind: 'constructor' }])(
  'refuses %p as a price without stumbling',
  (given) => {
    expect(priceViolations(given)).toHaveLength(1);
  },
);

test('a hole in a list of tiers is refused, not skipped', () => {
  const tiers: object[] = [];
  tiers[1] = { unit_price: '1' };
  const given = { kind: 'volume', version: 'v1', currency: 'USD', tiers };
  expect(priceViolations(given)).toEqual([
    expect.objectContaining({ field: 'tiers[0]', rule: 'object' }),
  ]);
});

test('a thousand tiers are allowed, one more is not', () => {
  const tiers = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      index < count - 1 ? { up_to: `${index + 1}`, unit_price: '1' } : { unit_price: '1' },
    );
  const given = (count: number) => ({
    kind: 'volume',
    version: 'v1',
    currency: 'USD',
    tiers: tiers(count),
  });
  expect(priceViolations(given(1_000))).toEqual([]);
  expect(priceViolations(given(1_001))).toEqual([
    expect.objectContaining({ field: 'tiers', rule: 'tiers_max_1000' }),
  ]);
});

test('a price is frozen in its document: changing what was given changes no line', () => {
  const given = { kind: 'flat', version: 'v1', currency: 'USD', amount: '1' };
  const price = parsePrice(given);
  given.amount = '2';
  expect(price.document).toEqual({ kind: 'flat', version: 'v1', currency: 'USD', amount: '1' });
});
