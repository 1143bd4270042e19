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

/**
 * Builds `numerator / denominator`. Throws DIVISION_BY_ZERO when the denominator is zero, and, as
 * all arithmetic here, OUT_OF_RANGE when it has more than 1,024 bits in lowest terms.
 */
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

/** Exact sum of two values. Throws OUT_OF_RANGE; many are better added by `sum`. */
export function plus(left: Rational, right: Rational): Rational {
  const total = unboundedSum(left, right);
  // The usual path makes no second object.
  if (total.denominator <= REDUCE_ABOVE) return total;
  return bounded(total.numerator, total.denominator);
}

function unboundedSum(left: Rational, right: Rational): Rational {
  const { numerator: a, denominator: b } = left;
  const { numerator: c, denominator: d } = right;
  if (b === d) return { numerator: a + c, denominator: b };
  // Decimals divide one another, so that sums of prices need no common divisor and do not grow.
  if (b % d === 0n) return { numerator: a + c * (b / d), denominator: b };
  if (d % b === 0n) return { numerator: a * (d / b) + c, denominator: d };
  return { numerator: a * d + c * b, denominator: b * d };
}

/** Exact difference `left - right`. Throws OUT_OF_RANGE. */
export function minus(left: Rational, right: Rational): Rational {
  return plus(left, negated(right));
}

/** Exact product: a quantity times a price, an amount times a rate. Throws OUT_OF_RANGE. */
export function times(left: Rational, right: Rational): Rational {
  return bounded(left.numerator * right.numerator, left.denominator * right.denominator);
}

/** Exact quotient. Throws DIVISION_BY_ZERO when the divisor is zero, OUT_OF_RANGE. */
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

/**
 * Exact sum of any number of values in any order; zero for none. Only the result is bounded, not
 * the way to it. Throws OUT_OF_RANGE when its denominator has more than 1,024 bits in lowest terms,
 * as that of 1/2 + 1/3 + 1/5 + ... over two hundred primes has; `roundTogether` rounds even those.
 */
export function sum(values: Iterable<Rational>): Rational {
  const { numerator, denominator } = unboundedSumOf([...values]);
  return bounded(numerator, denominator);
}

/** The exact sum with a denominator of any size, not in lowest terms. */
export function unboundedSumOf(values: readonly Rational[]): Rational {
  let total = ZERO;
  for (const value of values) {
    total = unboundedSum(total, value);
    if (total.denominator > REDUCE_ABOVE) return sumInPairs(values);
  }
  return total;
}

/** In pairs, so that large numbers meet large ones: one after another would take squared time. */
function sumInPairs(values: readonly Rational[]): Rational {
  const byDenominator = new Map<bigint, bigint>();
  for (const value of values) {
    const { numerator, denominator } = reduced(value);
    byDenominator.set(denominator, (byDenominator.get(denominator) ?? 0n) + numerator);
  }
  let sums = [...byDenominator].map(([denominator, numerator]) => ({ numerator, denominator }));
  while (sums.length > 1) {
    const pairs: Rational[] = [];
    for (let index = 0; index < sums.length; index += 2) {
      pairs.push(unboundedSum(sums[index] ?? ZERO, sums[index + 1] ?? ZERO));
    }
    sums = pairs;
  }
  return sums[0] ?? ZERO;
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

/** `25` percent is the rate `25/100`. Exact. Throws OUT_OF_RANGE. */
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

/** Throws DIVISION_BY_ZERO naming `field` unless a denominator that a caller gave is positive. */
export function requirePositive(denominator: bigint, field: string): void {
  if (denominator > 0n) return;
  throw moneyError('DIVISION_BY_ZERO', field, 'positive', 'must have a denominator above zero.');
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
