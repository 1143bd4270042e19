import type { Currency } from './currency.ts';
import { type Money, money } from './money.ts';
import { type Rational, reduced } from './rational.ts';
import { roundToInteger } from './rounding.ts';

/**
 * The exact sum of any number of values in major units, rounded once by the currency's law. Unlike
 * a `Rational` the sum may have a denominator of any size on the way: the shares of a thousand lines
 * have a thousand denominators. Throws OUT_OF_RANGE for an amount beyond int64.
 */
export function roundSum(values: readonly Rational[], currency: Currency): Money {
  const byDenominator = new Map<bigint, bigint>();
  for (const value of values) {
    const { numerator, denominator } = reduced(value);
    byDenominator.set(denominator, (byDenominator.get(denominator) ?? 0n) + numerator);
  }
  let sums = [...byDenominator].map(([denominator, numerator]) => ({ numerator, denominator }));
  // In pairs, so that large numbers meet large ones: one after another would take squared time.
  while (sums.length > 1) sums = sumsOfPairs(sums);
  const { numerator, denominator } = sums[0] ?? { numerator: 0n, denominator: 1n };
  const scale = 10n ** BigInt(currency.minorUnitDigits);
  const minorUnits = { numerator: numerator * scale, denominator };
  return money(roundToInteger(minorUnits, currency.rounding), currency);
}

function sumsOfPairs(values: readonly Rational[]): Rational[] {
  const sums: Rational[] = [];
  for (let index = 0; index < values.length; index += 2) {
    const [left, right] = [values[index], values[index + 1]];
    if (left === undefined) break;
    if (right === undefined) {
      sums.push(left);
      break;
    }
    const numerator = left.numerator * right.denominator + right.numerator * left.denominator;
    sums.push({ numerator, denominator: left.denominator * right.denominator });
  }
  return sums;
}
