import type { Currency } from './currency.ts';
import { moneyError } from './errors.ts';
import { type Money, money, requireSameCurrency } from './money.ts';
import {
  compare,
  greatestCommonDivisor,
  type Rational,
  rational,
  requirePositive,
  times,
} from './rational.ts';
import { roundSum } from './round-sum.ts';

/** More lines than any invoice has. */
const WEIGHTS_MAX = 10_000;

/**
 * Bounds what odd denominators cost, together with the number of weights: a second or so. Decimals
 * stay below 50 bits, a thousand denominators of 60 bits without a common divisor below this.
 */
const COMMON_BITS_MAX = 65_536n;
const COMMON_DENOMINATOR_MAX = 1n << COMMON_BITS_MAX;

/**
 * Splits `total` in proportion to `weights` so that the parts add up to it exactly: every part is
 * its exact share cut towards zero, and what is left goes out one unit each to the largest
 * remainders, the earlier part first where they are equal (Hamilton's method). Every part differs
 * from its exact share by less than one unit, and a weight of zero gets nothing. Weights may be any
 * exact values, negative ones too.
 * Throws INVALID_ALLOCATION when there are no weights, more than 10,000, their least common
 * denominator has more than 65,536 bits, or they add up to zero;
 * DIVISION_BY_ZERO for a weight without a positive denominator; OUT_OF_RANGE for a part beyond int64.
 */
export function allocate(total: Money, weights: readonly Rational[]): Money[] {
  checkWeights(weights);
  const wholes = commonWeights(weights);
  const weightSum = wholes.reduce((left, right) => left + right, 0n);
  if (weightSum === 0n) {
    const message = 'needs at least one weight, and weights that do not add up to zero.';
    throw moneyError('INVALID_ALLOCATION', 'weights', 'sum_not_zero', message);
  }
  // Plain fractions: hundreds of odd weights have a larger sum than the bound of a rational.
  const [side, denominator] = weightSum < 0n ? [-1n, -weightSum] : [1n, weightSum];
  const shares = wholes.map((weight) => ({
    numerator: side * total.minorUnits * weight,
    denominator,
  }));
  return splitExactly(total.minorUnits, shares).map((part) => money(part, total.currency));
}

/**
 * Splits `total` over amounts that can each take only so much: what is left of an invoice's lines,
 * for a credit note or a coupon. In proportion to the room, never above it, so that any number of
 * calls on what remains ends exactly at zero. Room and total must not be negative.
 * Throws INVALID_ALLOCATION when the total is more than all room together or there are more than
 * 10,000 rooms, CURRENCY_MISMATCH.
 */
export function allocateWithin(total: Money, room: readonly Money[]): Money[] {
  for (const amount of room) requireSameCurrency(total, amount);
  const available = room.reduce((left, { minorUnits }) => left + minorUnits, 0n);
  if (total.minorUnits < 0n || room.some(({ minorUnits }) => minorUnits < 0n)) {
    const message = 'neither the total nor any room may be negative.';
    throw moneyError('INVALID_ALLOCATION', 'room', 'not_negative', message);
  }
  if (total.minorUnits > available) {
    const message = 'is more than what is left to allocate it to.';
    throw moneyError('INVALID_ALLOCATION', 'total', 'within_room', message);
  }
  if (total.minorUnits === 0n) return room.map(() => money(0n, total.currency));
  return allocate(
    total,
    room.map(({ minorUnits }) => rational(minorUnits)),
  );
}

/**
 * Turns exact values in major units into amounts that add up: their sum is rounded once, by the
 * currency's law, and split over them by `splitExactly`. Each ends less than one minor unit away.
 * `hasRoom` tells by position which values may end above their exact magnitude, where there is a
 * choice. Throws OUT_OF_RANGE.
 */
export function roundTogether(
  values: readonly Rational[],
  currency: Currency,
  // Stryker disable next-line ArrowFunction,BooleanLiteral: the same for all decides nothing
  hasRoom: (index: number) => boolean = () => true,
): Money[] {
  const total = roundSum(values, currency);
  const scale = rational(10n ** BigInt(currency.minorUnitDigits));
  const minorUnits = values.map((value) => times(value, scale));
  return splitExactly(total.minorUnits, minorUnits, hasRoom).map((part) => money(part, currency));
}

/**
 * Turns exact values into whole numbers that add up to `total`, which must be the values' sum
 * rounded up or down. Each is cut towards zero; the units still missing go to the values that lost
 * most, earlier first; to values without room only when there are no others. Negating everything
 * negates the result. Each ends less than one unit away. Throws INVALID_ALLOCATION.
 */
export function splitExactly(
  total: bigint,
  values: readonly Rational[],
  // Stryker disable next-line ArrowFunction,BooleanLiteral: the same for all decides nothing
  hasRoom: (index: number) => boolean = () => true,
): bigint[] {
  const parts = values.map(({ numerator, denominator }) => numerator / denominator);
  let missing = total - parts.reduce((left, right) => left + right, 0n);
  // Stryker disable next-line ConditionalExpression: a shortcut, the loop below would add nothing
  if (missing === 0n) return parts;

  // Stryker disable next-line EqualityOperator: nothing missing has returned
  const unit = missing > 0n ? 1n : -1n;
  const lost = values.map((value, index) => {
    const numerator = unit * (value.numerator % value.denominator);
    return { index, room: hasRoom(index), rest: { numerator, denominator: value.denominator } };
  });
  lost.sort(byLoss);
  for (const { index, rest } of lost) {
    if (missing === 0n) break;
    if (rest.numerator <= 0n) continue;
    parts[index] = (parts[index] ?? 0n) + unit;
    missing -= unit;
  }
  if (missing === 0n) return parts;
  throw moneyError('INVALID_ALLOCATION', 'total', 'sum', 'is not the rounded sum of the values.');
}

interface Lost {
  readonly index: number;
  readonly room: boolean;
  readonly rest: Rational;
}

/** Sorting keeps the order of what is equal: the earlier value first. */
function byLoss(left: Lost, right: Lost): number {
  if (left.room !== right.room) return left.room ? -1 : 1;
  // Shares of one total have one denominator, which may be thousands of digits long.
  if (left.rest.denominator !== right.rest.denominator) return compare(right.rest, left.rest);
  if (left.rest.numerator === right.rest.numerator) return 0;
  // Stryker disable next-line EqualityOperator: what is equal has returned
  return left.rest.numerator > right.rest.numerator ? -1 : 1;
}

function checkWeights(weights: readonly Rational[]): void {
  if (weights.length > WEIGHTS_MAX) {
    const message = 'must not be more than 10,000.';
    throw moneyError('INVALID_ALLOCATION', 'weights', 'count_max', message);
  }
  weights.forEach(({ denominator }, index) => requirePositive(denominator, `weights[${index}]`));
}

/** Whole-number weights in the same proportions, over the least common denominator. */
function commonWeights(weights: readonly Rational[]): bigint[] {
  let common = 1n;
  for (const { denominator } of weights) {
    // Stryker disable next-line ArithmeticOperator: any common multiple keeps the proportions
    common *= denominator / greatestCommonDivisor(common, denominator);
    if (common > COMMON_DENOMINATOR_MAX) {
      const message = `need a common denominator of more than ${COMMON_BITS_MAX} bits.`;
      throw moneyError('INVALID_ALLOCATION', 'weights', 'common_denominator_max', message);
    }
  }
  return weights.map(({ numerator, denominator }) => numerator * (common / denominator));
}
