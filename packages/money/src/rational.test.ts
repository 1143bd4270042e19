import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { Fraction } from 'fraction.js';
import {
  compare,
  dividedBy,
  MoneyError,
  minus,
  negated,
  ONE,
  percent,
  plus,
  type Rational,
  rational,
  reduced,
  sign,
  sum,
  times,
  ZERO,
} from './index.ts';
import { roundToInteger } from './rounding.ts';

const large = 10n ** 30n;
const anyRational = fc
  .tuple(fc.bigInt({ min: -large, max: large }), fc.bigInt({ min: 1n, max: 10n ** 15n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));
const decimal = fc
  .tuple(fc.bigInt({ min: -large, max: large }), fc.nat(12))
  .map(([units, digits]) => rational(units, 10n ** BigInt(digits)));
const value = fc.oneof(anyRational, decimal);

/** An independent implementation, which is too slow and too lenient for us, as a witness. */
const witness = ({ numerator, denominator }: Rational) => new Fraction(numerator, denominator);
const agrees = (ours: Rational, theirs: Fraction) => {
  const lowest = reduced(ours);
  expect([lowest.numerator, lowest.denominator]).toEqual([theirs.s * theirs.n, theirs.d]);
};

test('arithmetic agrees with an independent implementation', () => {
  checkProperty(
    fc.property(value, value, (left, right) => {
      agrees(plus(left, right), witness(left).add(witness(right)));
      agrees(minus(left, right), witness(left).sub(witness(right)));
      agrees(times(left, right), witness(left).mul(witness(right)));
      expect(compare(left, right)).toBe(witness(left).compare(witness(right)));
      if (sign(right) !== 0) agrees(dividedBy(left, right), witness(left).div(witness(right)));
    }),
    { runs: 1_000 },
  );
});

test('a long chain of additions stays exact although its steps are not in lowest terms', () => {
  checkProperty(
    fc.property(fc.array(value, { maxLength: 30 }), (values) => {
      const expected = values.reduce((total, next) => total.add(witness(next)), new Fraction(0n));
      agrees(sum(values), expected);
    }),
  );
});

test('a sum is bounded in what it is, not on the way there, and so in no order', () => {
  const primes = firstPrimes(200);
  const shares = primes.map((prime) => rational(1n, prime));
  const back = shares.map((share) => negated(share));
  // Far more than 1,024 bits half-way.
  expect(compare(sum([...shares, ONE, ...back]), ONE)).toBe(0);
  expect(compare(sum([...back, ...shares.toReversed(), ONE]), ONE)).toBe(0);
  expect(() => sum(shares)).toThrow(
    expect.objectContaining({ violations: [expect.objectContaining({ rule: 'bits_max_1024' })] }),
  );
});

test('a denominator stays positive whatever sign it was given', () => {
  expect(rational(1n, -2n)).toEqual({ numerator: -1n, denominator: 2n });
  expect(dividedBy(ONE, rational(-3n))).toEqual({ numerator: -1n, denominator: 3n });
});

test('division by zero is an error, never a value', () => {
  const error = expect.objectContaining({ reason: 'DIVISION_BY_ZERO' });
  expect(() => rational(1n, 0n)).toThrow(error);
  expect(() => dividedBy(ONE, ZERO)).toThrow(error);
});

test('a value that grows without bound is stopped', () => {
  const large = rational(1n, 3n ** 600n);
  expect(() => times(large, large)).toThrow(MoneyError);
});

test('percent divides by a hundred exactly', () => {
  expect(compare(percent(rational(19n)), rational(19n, 100n))).toBe(0);
});

test('rounding goes to the nearest whole number and mirrors around zero', () => {
  checkProperty(
    fc.property(value, fc.constantFrom('half_away_from_zero', 'half_even'), (exact, rounding) => {
      const rounded = roundToInteger(exact, rounding);
      const twiceError = times(minus(rational(rounded), exact), rational(2n));
      expect(compare(twiceError, ONE)).not.toBe(1);
      expect(compare(twiceError, rational(-1n))).not.toBe(-1);
      expect(roundToInteger(minus(ZERO, exact), rounding)).toBe(-rounded);
    }),
  );
});

test('a sum of denominators that divide one another does not grow beyond the larger', () => {
  const [half, quarter] = [rational(1n, 2n), rational(1n, 4n)];
  expect(plus(half, quarter)).toEqual({ numerator: 3n, denominator: 4n });
  expect(plus(quarter, half)).toEqual({ numerator: 3n, denominator: 4n });
  expect(plus(half, half)).toEqual({ numerator: 2n, denominator: 2n });
});

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let next = 2n; primes.length < count; next += 1n) {
    if (primes.every((prime) => next % prime !== 0n)) primes.push(next);
  }
  return primes;
}

test('a denominator of 1,024 bits is the largest', () => {
  expect(rational(1n, 2n ** 1024n).denominator).toBe(2n ** 1024n);
  expect(() => rational(1n, 2n ** 1024n + 1n)).toThrow(MoneyError);
});
