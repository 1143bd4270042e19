import { moneyError } from './errors.ts';

/**
 * An exact fraction of two integers, plain data. The denominator is positive. It need not be in
 * lowest terms (`1/2` and `5/10` are the same value): compare with `compare`, never with `===` or
 * by field; `reduced` gives the one canonical form.
 */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * Above this a result is reduced to lowest terms. Prices with 12 decimal places stay far below it
 * through two multiplications, so that the usual path never pays for a greatest common divisor.
 */
const REDUCE_ABOVE = 1n << 128n;

/** A reduced denominator above this is a mistake of the caller, not money: 1,024 bits. */
const DENOMINATOR_MAX = 1n << 1024n;

/** Builds `numerator / denominator`. Throws DIVISION_BY_ZERO when the denominator is zero. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) {
    throw moneyError('DIVISION_BY_ZERO', 'denominator', 'not_zero', 'must not be zero.');
  }
  // Stryker disable next-line EqualityOperator: zero was refused
  return denominator > 0n ? bounded(numerator, denominator) : bounded(-numerator, -denominator);
}

/** 0, frozen. */
export const ZERO: Rational = Object.freeze({ numerator: 0n, denominator: 1n });
/** 1, frozen. */
export const ONE: Rational = Object.freeze({ numerator: 1n, denominator: 1n });

/** Exact sum. */
export function plus(left: Rational, right: Rational): Rational {
  const { numerator: a, denominator: b } = left;
  const { numerator: c, denominator: d } = right;
  if (b === d) return { numerator: a + c, denominator: b };
  // Decimals divide one another, so that sums of prices need no common divisor and do not grow.
  if (b % d === 0n) return { numerator: a + c * (b / d), denominator: b };
  if (d % b === 0n) return { numerator: a * (d / b) + c, denominator: d };
  return bounded(a * d + c * b, b * d);
}

/** Exact difference `left - right`. */
export function minus(left: Rational, right: Rational): Rational {
  return plus(left, negated(right));
}

/** Exact product: a quantity times a unit price, an amount times a rate. */
export function times(left: Rational, right: Rational): Rational {
  return bounded(left.numerator * right.numerator, left.denominator * right.denominator);
}

/** Exact quotient. Throws DIVISION_BY_ZERO when the divisor is zero. */
export function dividedBy(dividend: Rational, divisor: Rational): Rational {
  if (divisor.numerator === 0n) {
    throw moneyError('DIVISION_BY_ZERO', 'divisor', 'not_zero', 'must not be zero.');
  }
  return rational(
    dividend.numerator * divisor.denominator,
    dividend.denominator * divisor.numerator,
  );
}

/** The value with the opposite sign. */
export function negated({ numerator, denominator }: Rational): Rational {
  return { numerator: -numerator, denominator };
}

/** Exact sum of any number of values; zero for none. */
export function sum(values: Iterable<Rational>): Rational {
  let total = ZERO;
  for (const value of values) total = plus(total, value);
  return total;
}

/** -1, 0 or 1 as `left` is less than, equal to or greater than `right`; exact. */
export function compare(left: Rational, right: Rational): -1 | 0 | 1 {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return signOf(difference);
}

/** -1, 0 or 1. */
export function sign(value: Rational): -1 | 0 | 1 {
  return signOf(value.numerator);
}

/** The same value in lowest terms: the canonical form, for storing, printing and digests. */
export function reduced({ numerator, denominator }: Rational): Rational {
  // Stryker disable next-line EqualityOperator: minus zero is zero
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  // Stryker disable next-line ConditionalExpression: a shortcut, dividing by one changes nothing
  if (divisor === 1n) return { numerator, denominator };
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** `25` percent is the rate `25/100`. Exact. */
export function percent(value: Rational): Rational {
  return bounded(value.numerator, value.denominator * 100n);
}

function bounded(numerator: bigint, denominator: bigint): Rational {
  if (denominator <= REDUCE_ABOVE) return { numerator, denominator };
  const value = reduced({ numerator, denominator });
  if (value.denominator > DENOMINATOR_MAX) {
    throw moneyError('OUT_OF_RANGE', 'denominator', 'bits_max_1024', 'has more than 1,024 bits.');
  }
  return value;
}

function signOf(value: bigint): -1 | 0 | 1 {
  if (value === 0n) return 0;
  // Stryker disable next-line EqualityOperator: zero has returned
  return value > 0n ? 1 : -1;
}

/** Euclid's algorithm on non-negative integers. */
export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}
