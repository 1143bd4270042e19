import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { splitExactly } from './allocate.ts';
import {
  allocate,
  allocateWithin,
  compare,
  currency,
  minus,
  money,
  negateMoney,
  ONE,
  rational,
  roundTogether,
  sumMoney,
} from './index.ts';

const usd = currency('USD');
const cents = (amounts: readonly { minorUnits: bigint }[]) =>
  amounts.map(({ minorUnits }) => minorUnits);
const weights = fc
  .array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 1_000n })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((pairs) => pairs.map(([numerator, denominator]) => rational(numerator, denominator)))
  .filter((values) => values.some(({ numerator }) => numerator > 0n));
const total = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((units) => money(units, usd));

test('a cent that cannot be split goes to the largest remainder, the earlier one if equal', () => {
  const thirds = [ONE, ONE, ONE];
  expect(cents(allocate(money(100n, usd), thirds))).toEqual([34n, 33n, 33n]);
  expect(cents(allocate(money(-100n, usd), thirds))).toEqual([-34n, -33n, -33n]);
  expect(
    cents(
      allocate(
        money(10n, usd),
        [1n, 2n, 4n].map((n) => rational(n)),
      ),
    ),
  ).toEqual([1n, 3n, 6n]);
});

test('parts add up to the whole, each less than a unit from its exact share', () => {
  checkProperty(
    fc.property(total, weights, (whole, shares) => {
      const parts = allocate(whole, shares);
      expect(sumMoney(parts, usd)).toEqual(whole);
      const exact = shareOf(whole.minorUnits, shares);
      parts.forEach(({ minorUnits }, index) => {
        const error = minus(rational(minorUnits), exact[index] ?? ONE);
        expect(compare(error, ONE)).toBe(-1);
        expect(compare(error, rational(-1n))).toBe(1);
        if (shares[index]?.numerator === 0n) expect(minorUnits).toBe(0n);
      });
      expect(allocate(negateMoney(whole), shares)).toEqual(parts.map(negateMoney));
    }),
  );
});

test('thousands of weights, each with a denominator of its own, take no cubed time', () => {
  const odd = Array.from({ length: 3_000 }, (_, index) => rational(1n, BigInt(2 * index + 1)));
  const whole = money(10n ** 12n, usd);
  const start = process.hrtime.bigint();
  const parts = allocate(whole, odd);
  expect(process.hrtime.bigint() - start).toBeLessThan(10_000_000_000n);
  expect(sumMoney(parts, usd)).toEqual(whole);
});

test('any number of credit notes never takes more from a line than it has', () => {
  const lines = fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 8 });
  const percentages = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 6 });
  checkProperty(
    fc.property(lines, percentages, (units, shares) => {
      let left = units.map((unit) => money(unit, usd));
      const credit = (amount: bigint) => {
        const taken = allocateWithin(money(amount, usd), left);
        left = left.map((line, index) =>
          money(line.minorUnits - (taken[index]?.minorUnits ?? 0n), usd),
        );
        for (const { minorUnits } of left) expect(minorUnits).toBeGreaterThanOrEqual(0n);
      };
      for (const share of shares) {
        credit((sumMoney(left, usd).minorUnits * BigInt(share)) / 100n);
      }
      credit(sumMoney(left, usd).minorUnits);
      expect(sumMoney(left, usd).minorUnits).toBe(0n);
    }),
  );
});

test('a total that is not the rounded sum of its values is never made up', () => {
  for (const wrong of [4n, 1n, -1n]) {
    expect(() => splitExactly(wrong, [ONE, ONE, rational(1n, 3n)])).toThrow(
      expect.objectContaining({
        reason: 'INVALID_ALLOCATION',
        violations: [
          { field: 'total', rule: 'sum', message: 'is not the rounded sum of the values.' },
        ],
      }),
    );
  }
  expect(splitExactly(3n, [ONE, ONE, rational(1n, 3n)])).toEqual([1n, 1n, 1n]);
});

test('values of both signs are rounded together and still add up', () => {
  const exact = fc.array(
    fc
      .tuple(fc.bigInt({ min: -100_000n, max: 100_000n }), fc.bigInt({ min: 1n, max: 999n }))
      .map(([numerator, denominator]) => rational(numerator, denominator)),
    { maxLength: 10 },
  );
  checkProperty(
    fc.property(exact, (values) => {
      const parts = roundTogether(values, currency('JPY'));
      parts.forEach(({ minorUnits }, index) => {
        const error = minus(rational(minorUnits), values[index] ?? ONE);
        expect(compare(error, ONE)).toBe(-1);
        expect(compare(error, rational(-1n))).toBe(1);
      });
    }),
  );
});

test.each([
  ['no weights', () => allocate(money(1n, usd), [])],
  ['weights that cancel out', () => allocate(money(1n, usd), [ONE, rational(-1n)])],
  ['more than there is room for', () => allocateWithin(money(2n, usd), [money(1n, usd)])],
  ['a negative total', () => allocateWithin(money(-1n, usd), [money(1n, usd)])],
  ['negative room', () => allocateWithin(money(0n, usd), [money(-1n, usd)])],
])('refuses to allocate with %s', (_, call) => {
  expect(call).toThrow(expect.objectContaining({ reason: 'INVALID_ALLOCATION' }));
});

function shareOf(whole: bigint, weights: readonly { numerator: bigint; denominator: bigint }[]) {
  const common = weights.reduce((product, { denominator }) => product * denominator, 1n);
  const wholes = weights.map(({ numerator, denominator }) => numerator * (common / denominator));
  const all = wholes.reduce((left, right) => left + right, 0n);
  return wholes.map((weight) => rational(whole * weight, all));
}
