import { MoneyError, type Violation } from './errors.ts';
import { type Rational, requirePositive } from './rational.ts';

/**
 * What happens to a value exactly half-way between two units. `half_away_from_zero` is the rule of
 * the house (2.5 → 3, -2.5 → -3); `half_even` is the setting for sellers whose books want it
 * (2.5 → 2, 3.5 → 4). Everything else goes to the nearest unit in both.
 */
export type Rounding = (typeof ROUNDINGS)[number];

const ROUNDINGS = ['half_away_from_zero', 'half_even'] as const;

/**
 * The one place where an exact value becomes a whole number of units. The result differs from the
 * exact value by at most one half. Mirrors around zero: rounding -x gives minus the rounding of x.
 * Throws INVALID_CURRENCY for an unknown law, DIVISION_BY_ZERO unless the denominator is positive.
 */
export function roundToInteger({ numerator, denominator }: Rational, rounding: Rounding): bigint {
  // Without this, whatever is misspelt would be the other law.
  const unknown = roundingViolations(rounding);
  if (unknown.length > 0) throw new MoneyError('INVALID_CURRENCY', unknown);
  requirePositive(denominator, 'denominator');
  // Stryker disable next-line EqualityOperator: minus zero is zero
  const magnitude = numerator < 0n ? -numerator : numerator;
  const whole = magnitude / denominator;
  const twiceRest = (magnitude % denominator) * 2n;
  const up =
    twiceRest > denominator ||
    (twiceRest === denominator && (rounding === 'half_away_from_zero' || whole % 2n === 1n));
  const rounded = up ? whole + 1n : whole;
  // Stryker disable next-line EqualityOperator: minus zero is zero
  return numerator < 0n ? -rounded : rounded;
}

/** An unknown law is the one violation; none otherwise. */
export function roundingViolations(rounding: Rounding): Violation[] {
  if (ROUNDINGS.includes(rounding)) return [];
  const message = `must be one of ${ROUNDINGS.join(', ')}.`;
  return [{ field: 'rounding', rule: 'known', message }];
}
