import { isCurrencyCode } from './currency.ts';
import { moneyError } from './errors.ts';
import { type Money, moneyToDecimal } from './money.ts';

/**
 * An amount for people, in the given locale: `$29.00`, `29,00 €`. Custom currencies read
 * `12.5000 CREDITS`. The locale is always named, so that no output depends on the machine's;
 * digits are exact at any size. Throws INVALID_LOCALE for a malformed locale and for one that the
 * runtime does not have, in whose place it would take the machine's, INVALID_CURRENCY as `money`.
 */
export function formatMoney(amount: Money, locale: string): string {
  if (!isSupported(locale)) {
    const message = `"${locale}" is no locale that amounts can be shown in.`;
    throw moneyError('INVALID_LOCALE', 'locale', 'supported', message);
  }
  const { code, minorUnitDigits } = amount.currency;
  // Both bounds, because the runtime's own digits follow CLDR, which shows no cents for some
  // currencies that do have them (HUF, IDR, PKR ...).
  const digits = {
    minimumFractionDigits: minorUnitDigits,
    maximumFractionDigits: minorUnitDigits,
  };
  // A decimal text is formatted digit by digit, where a float would lose the last ones.
  const text = moneyToDecimal(amount) as Intl.StringNumericLiteral;
  if (!isCurrencyCode(code)) return `${new Intl.NumberFormat(locale, digits).format(text)} ${code}`;
  return new Intl.NumberFormat(locale, { style: 'currency', currency: code, ...digits }).format(
    text,
  );
}

function isSupported(locale: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}
