import { isCurrencyCode } from './currency.ts';
import { type Money, moneyToDecimal } from './money.ts';

/**
 * An amount for people, in the given locale: `$29.00`, `29,00 €`. Custom currencies read
 * `12.5000 CREDITS`. The locale is always named, so that no output depends on the machine's;
 * digits are exact at any size. Throws RangeError for a malformed locale.
 */
export function formatMoney(amount: Money, locale: string): string {
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
