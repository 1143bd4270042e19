import type { Rational } from './rational.ts';

/**
 * What happens to a value exactly half-way between two units. `half_away_from_zero` is the rule of
 * the house (2.5 → 3, -2.5 → -3); `half_even` is the setting for sellers whose books want it
 * (2.5 → 2, 3.5 → 4). Everything else goes to the nearest unit in both.
 */
export type Rounding = 'half_away_from_zero' | 'half_even';

/**
 * The one place where an exact value becomes a whole number of units. The result differs from the
 * exact value by at most one half. Mirrors around zero: rounding -x gives minus the rounding of x.
 */
export function roundToInteger({ numerator, denominator }: Rational, rounding: Rounding): bigint {
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
