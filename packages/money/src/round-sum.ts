import type { Currency } from './currency.ts';
import { type Money, money } from './money.ts';
import { type Rational, unboundedSumOf } from './rational.ts';
import { roundToInteger } from './rounding.ts';

/**
 * The exact sum of any number of values in major units, rounded once by the currency's law. Unlike
 * a `Rational` the sum may have a denominator of any size: the shares of a thousand lines have a
 * thousand denominators. Throws OUT_OF_RANGE for an amount beyond int64.
 */
export function roundSum(values: readonly Rational[], currency: Currency): Money {
  const { numerator, denominator } = unboundedSumOf(values);
  const scale = 10n ** BigInt(currency.minorUnitDigits);
  const minorUnits = { numerator: numerator * scale, denominator };
  return money(roundToInteger(minorUnits, currency.rounding), currency);
}
