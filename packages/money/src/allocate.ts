import type { Currency } from './currency.ts';
import { moneyError } from './errors.ts';
import { type Money, money, requireSameCurrency } from './money.ts';
import {
  compare,
  greatestCommonDivisor,
  minus,
  negated,
  type Rational,
  rational,
  times,
} from './rational.ts';
import { roundSum } from './round-sum.ts';

/**
 * Splits `total` in proportion to `weights` so that the parts add up to it exactly: every part is
 * its exact share rounded down, and what is left goes out one unit each to the largest remainders,
 * the earlier part first where they are equal. Every part differs from its exact share by less than
 * one unit, and a weight of zero gets nothing. Weights may be any exact values, negative ones too.
 * Throws INVALID_ALLOCATION when there are no weights or they add up to zero.
 */
export function allocate(total: Money, weights: readonly Rational[]): Money[] {
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
 * Throws INVALID_ALLOCATION when the total is more than all room together, CURRENCY_MISMATCH.
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
    const rest = minus(value, rational(parts[index] ?? 0n));
    // Stryker disable next-line EqualityOperator: a unit is 1 or -1
    return { index, room: hasRoom(index), rest: unit > 0n ? rest : negated(rest) };
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
  return compare(right.rest, left.rest);
}

/** Whole-number weights in the same proportions, over the least common denominator. */
function commonWeights(weights: readonly Rational[]): bigint[] {
  let common = 1n;
  for (const { denominator } of weights) {
    // Stryker disable next-line ArithmeticOperator: any common multiple keeps the proportions
    common *= denominator / greatestCommonDivisor(common, denominator);
  }
  return weights.map(({ numerator, denominator }) => numerator * (common / denominator));
}
