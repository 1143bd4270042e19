import { type Currency, requireCurrency, sameCurrency } from './currency.ts';
import { parseDecimal, scaledDecimal } from './decimal.ts';
import { moneyError } from './errors.ts';
import { type Rational, rational, times } from './rational.ts';
import { roundToInteger } from './rounding.ts';

/** An amount as it stands on an invoice: a whole number of the currency's smallest unit. */
export interface Money {
  readonly currency: Currency;
  /** Smallest units, signed: 29.00 USD is 2900n. Within int64, so that every store can hold it. */
  readonly minorUnits: bigint;
}

/** Largest magnitude of an amount, in minor units: what an int64 column and field can hold. */
export const MINOR_UNITS_MAX = 2n ** 63n - 1n;

/**
 * An amount from minor units. Throws OUT_OF_RANGE beyond `MINOR_UNITS_MAX` in either direction,
 * INVALID_CURRENCY for a currency that was not made by `currency` or `customCurrency`.
 */
export function money(minorUnits: bigint, currency: Currency): Money {
  return amountIn(currency, minorUnits, 'amount');
}

/** `field` is what the caller calls the amount. */
function amountIn(currency: Currency, minorUnits: bigint, field: string): Money {
  requireCurrency(currency);
  if (minorUnits > MINOR_UNITS_MAX || minorUnits < -MINOR_UNITS_MAX) {
    throw moneyError('OUT_OF_RANGE', field, 'int64', 'is larger than any amount we can store.');
  }
  return { currency, minorUnits };
}

/**
 * The rounding point: an exact value in major units (29.004 dollars) becomes an amount (29.00 USD)
 * by the currency's law. Call it once per figure that an invoice shows, never in between.
 * Throws OUT_OF_RANGE.
 */
export function roundToMoney(majorUnits: Rational, currency: Currency): Money {
  return money(roundedUnits(majorUnits, currency), currency);
}

function roundedUnits(majorUnits: Rational, currency: Currency): bigint {
  const exactMinor = times(majorUnits, rational(10n ** BigInt(currency.minorUnitDigits)));
  return roundToInteger(exactMinor, currency.rounding);
}

/**
 * The exact value in major units, to calculate on with: 29.00 USD → 29. Throws INVALID_CURRENCY as
 * `money` does.
 */
export function exactValue({ minorUnits, currency }: Money): Rational {
  requireCurrency(currency);
  return rational(minorUnits, 10n ** BigInt(currency.minorUnitDigits));
}

/** Sum of two amounts. Throws CURRENCY_MISMATCH, OUT_OF_RANGE. */
export function addMoney(left: Money, right: Money): Money {
  requireSameCurrency(left, right);
  return money(left.minorUnits + right.minorUnits, left.currency);
}

/** Difference `left - right`. Throws CURRENCY_MISMATCH, OUT_OF_RANGE. */
export function subtractMoney(left: Money, right: Money): Money {
  return addMoney(left, negateMoney(right));
}

/** The amount with the opposite sign. */
export function negateMoney({ minorUnits, currency }: Money): Money {
  return { currency, minorUnits: -minorUnits };
}

/** Sum of any number of amounts in `currency`; zero for none. Throws CURRENCY_MISMATCH. */
export function sumMoney(amounts: Iterable<Money>, currency: Currency): Money {
  let total = money(0n, currency);
  for (const amount of amounts) total = addMoney(total, amount);
  return total;
}

/** -1, 0 or 1 as `left` is less than, equal to or more than `right`. Throws CURRENCY_MISMATCH. */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency(left, right);
  if (left.minorUnits === right.minorUnits) return 0;
  // Stryker disable next-line EqualityOperator: what is equal has returned
  return left.minorUnits > right.minorUnits ? 1 : -1;
}

/**
 * Reads an amount in major units, `29` or `29.00`, as strictly as `parseDecimal` and with no more
 * decimal places than the currency has. Throws INVALID_DECIMAL, OUT_OF_RANGE, both naming `field`
 * (default `value`).
 */
export function parseMoney(
  text: string,
  currency: Currency,
  limits: { readonly allowNegative?: boolean; readonly field?: string } = {},
): Money {
  const fractionDigitsMax = currency.minorUnitDigits;
  const majorUnits = parseDecimal(text, { ...limits, fractionDigitsMax });
  return amountIn(currency, roundedUnits(majorUnits, currency), limits.field ?? 'value');
}

/**
 * Major units with all decimal places of the currency: `29.00`. What JSON and files show. Throws
 * INVALID_CURRENCY as `money` does.
 */
export function moneyToDecimal({ minorUnits, currency }: Money): string {
  requireCurrency(currency);
  return scaledDecimal(minorUnits, currency.minorUnitDigits);
}

/**
 * Throws CURRENCY_MISMATCH unless both amounts are in the same currency and scale, INVALID_CURRENCY
 * as `money` does.
 */
export function requireSameCurrency(left: Money, right: Money): void {
  requireCurrency(left.currency);
  if (left.currency === right.currency) return;
  requireCurrency(right.currency);
  if (sameCurrency(left.currency, right.currency)) return;
  const message = `${right.currency.code} cannot be combined with ${left.currency.code}.`;
  throw moneyError('CURRENCY_MISMATCH', 'currency', 'same_currency', message);
}
