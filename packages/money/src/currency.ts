import * as published from 'dinero.js/currencies';
import { MoneyError, moneyError, type Violation } from './errors.ts';
import { type Rounding, roundingViolations } from './rounding.ts';

/** Only in types: keeps an object literal from being taken for a currency. */
declare const made: unique symbol;

/**
 * A currency with its scale and its rounding law. Both belong to the currency, so that no code
 * path can choose another scale or another way to round. Only `currency` and `customCurrency` make
 * one; whatever else looks like it, also a copy, is refused wherever an amount is made or shown.
 */
export interface Currency {
  readonly [made]: true;
  /** ISO 4217 code (`USD`), or the code of a custom currency (`CREDITS`). */
  readonly code: string;
  /** Decimal places of the smallest unit: USD 2, JPY 0, KWD 3. */
  readonly minorUnitDigits: number;
  readonly rounding: Rounding;
}

/** Every currency that was made here, as long as anybody holds it. */
const CURRENCIES = new WeakSet<object>();

/**
 * ISO 4217 lists two minor-unit digits for these; the package tells their coinage instead (one
 * ariary is five iraimbilanja), which no ledger or payment provider uses.
 */
const TWO_DIGITS_BY_ISO = new Set(['MGA', 'MRU']);

const MINOR_UNIT_DIGITS: ReadonlyMap<string, number> = new Map(
  Object.values(published).map(({ code, exponent }) => [
    code,
    TWO_DIGITS_BY_ISO.has(code) ? 2 : exponent,
  ]),
);

/** Custom scales end here, so that int64 still holds ninety billion whole units. */
const CUSTOM_DIGITS_MAX = 8;

/** Three letters as of a retired ISO code, or longer: never looks like a lower-case or short one. */
const CUSTOM_CODE = /^[A-Z]([A-Z]{2}|[A-Z0-9_]{3,11})$/;

/**
 * An active ISO 4217 currency by its upper-case code. Throws INVALID_CURRENCY for anything else,
 * also for precious metals and test codes, which have no minor unit, and for an unknown rounding.
 */
export function currency(
  code: string,
  { rounding = 'half_away_from_zero' }: { readonly rounding?: Rounding } = {},
): Currency {
  const minorUnitDigits = MINOR_UNIT_DIGITS.get(code);
  const violations = roundingViolations(rounding);
  if (minorUnitDigits === undefined) {
    const message = 'is no active ISO 4217 code.';
    violations.unshift({ field: 'currency', rule: 'iso_4217', message });
  }
  if (violations.length > 0) throw new MoneyError('INVALID_CURRENCY', violations);
  return registered(code, minorUnitDigits ?? 0, rounding);
}

/** Whether `currency(code)` would succeed. */
export function isCurrencyCode(code: string): boolean {
  return MINOR_UNIT_DIGITS.has(code);
}

/** All active ISO 4217 codes known here, sorted. */
export function currencyCodes(): string[] {
  return [...MINOR_UNIT_DIGITS.keys()].sort();
}

/**
 * A unit of one's own, such as prepaid credits, or a currency that ISO 4217 no longer lists, for an
 * old book (`HRK`). Its code has 4 to 12 characters, or is three letters that are no active ISO
 * code, which has its scale from there; its scale is 0 to 8 digits. Throws INVALID_CURRENCY.
 */
export function customCurrency({
  code,
  minorUnitDigits,
  rounding = 'half_away_from_zero',
}: {
  readonly code: string;
  readonly minorUnitDigits: number;
  readonly rounding?: Rounding;
}): Currency {
  const violations: Violation[] = [];
  if (!CUSTOM_CODE.test(code)) {
    const message =
      'must be three of A-Z, or have 4 to 12 of A-Z, 0-9 and _, and start with a letter.';
    violations.push({ field: 'code', rule: 'custom_code', message });
  }
  if (isCurrencyCode(code)) {
    const message = 'is an active ISO 4217 code, whose scale is fixed.';
    violations.push({ field: 'code', rule: 'not_iso_4217', message });
  }
  const whole = Number.isInteger(minorUnitDigits);
  if (!whole || minorUnitDigits < 0 || minorUnitDigits > CUSTOM_DIGITS_MAX) {
    const message = `must be a whole number from 0 to ${CUSTOM_DIGITS_MAX}.`;
    violations.push({ field: 'minorUnitDigits', rule: 'custom_digits', message });
  }
  violations.push(...roundingViolations(rounding));
  if (violations.length > 0) throw new MoneyError('INVALID_CURRENCY', violations);
  return registered(code, minorUnitDigits, rounding);
}

/** Same code and same scale. The rounding law may differ: it does not change what a unit is. */
export function sameCurrency(left: Currency, right: Currency): boolean {
  return left.code === right.code && left.minorUnitDigits === right.minorUnitDigits;
}

/** Throws INVALID_CURRENCY for what `currency` or `customCurrency` did not make. */
export function requireCurrency(value: Currency): void {
  if (CURRENCIES.has(value)) return;
  const message = 'must be made by currency() or customCurrency(); a copy of one is none.';
  throw moneyError('INVALID_CURRENCY', 'currency', 'made_here', message);
}

function registered(code: string, minorUnitDigits: number, rounding: Rounding): Currency {
  const value = Object.freeze({ code, minorUnitDigits, rounding }) as Currency;
  CURRENCIES.add(value);
  return value;
}
