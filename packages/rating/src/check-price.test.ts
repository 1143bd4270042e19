import { expect, test } from '@jest/globals';
import { rational } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type Price, parsePrice, priceViolations, RatingError, rateLine } from './index.ts';
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

test.each([null, undefined, 'flat', 7, []])('refuses %p as a price without stumbling', (given) => {
  expect(priceViolations(given)).toHaveLength(1);
});

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

test('what an object inherits is no part of a price: it is neither stored nor hashed', () => {
  const flat = { kind: 'flat', version: 'v1', currency: 'USD' };
  const heir: object = Object.assign(Object.create({ amount: '5', minimum: '9' }), flat);
  expect(priceViolations(heir)).toEqual([
    expect.objectContaining({ field: 'amount', rule: 'required' }),
  ]);
  const tier: object = Object.create({ unit_price: '5' });
  const tiered = { ...flat, kind: 'volume', tiers: [Object.assign(tier, { flat_fee: '1' })] };
  const usage = { quantity: rational(10n) };
  expect(rateLine({ price: parsePrice(tiered), usage }).amount.minorUnits).toBe(100n);
});

test('a price that answers differently each time is read once', () => {
  let asked = 0n;
  const flat = {
    kind: 'flat',
    version: 'v1',
    currency: 'USD',
    get amount() {
      asked += 1n;
      return `${asked}`;
    },
  };
  const price = parsePrice(flat);
  expect([price.document, price.model]).toEqual([
    { kind: 'flat', version: 'v1', currency: 'USD', amount: '1' },
    { kind: 'flat', amount: rational(1n) },
  ]);
});

test('only what parsePrice returned is rated: no copy, no change of it', () => {
  const price = parsePrice({
    kind: 'graduated',
    version: 'v1',
    currency: 'USD',
    tiers: [{ up_to: '5', unit_price: '1' }, { unit_price: '2' }],
    maximum: '1',
  });
  const usage = { quantity: rational(7n) };
  expect(rateLine({ price, usage }).amount.minorUnits).toBe(100n);
  for (const forged of [
    { ...price },
    { ...price, maximum: undefined },
    structuredClone({ ...price, currency: undefined }),
    Object.create(price),
    price.document,
    undefined,
    null,
  ]) {
    expect(() => rateLine({ price: forged as Price, usage })).toThrow(
      expect.objectContaining({
        reason: 'INVALID_PRICE',
        violations: [expect.objectContaining({ field: 'price', rule: 'parsed' })],
      }),
    );
  }
});

test('a price is frozen in every part', () => {
  const tiers = [{ up_to: '5', unit_price: '1', flat_fee: '0.5' }, { unit_price: '2' }];
  const price = parsePrice({
    kind: 'graduated',
    version: 'v1',
    currency: 'USD',
    tiers,
    free_units: '1',
    minimum: '1',
  });
  const open = objectsIn(price).filter((part) => !Object.isFrozen(part));
  expect(open).toEqual([]);
});

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

test('a price is frozen in its document: changing what was given changes no line', () => {
  const given = { kind: 'flat', version: 'v1', currency: 'USD', amount: '1' };
  const price = parsePrice(given);
  given.amount = '2';
  expect(price.document).toEqual({ kind: 'flat', version: 'v1', currency: 'USD', amount: '1' });
});
