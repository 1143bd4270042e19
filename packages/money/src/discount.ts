import { allocateWithin, roundTogether } from './allocate.ts';
import { type Currency, sameCurrency } from './currency.ts';
import { MoneyError, type Violation } from './errors.ts';
import { compareMoney, exactValue, type Money, money, subtractMoney, sumMoney } from './money.ts';
import { compare, ONE, type Rational, sign, times } from './rational.ts';

/** A discount. `lines` are the positions it applies to, counted from 0; absent means all. */
export type Discount = (
  | {
      readonly kind: 'percentage';
      /** Exact fraction from 0 to 1: 20 percent is `percent(parseDecimal('20'))`. */
      readonly rate: Rational;
    }
  | {
      readonly kind: 'amount';
      /** Not negative. More than the lines above zero still cost takes them to zero, not below. */
      readonly amount: Money;
    }
) & { readonly lines?: readonly number[] };

/** What discounts left and what they took; line by line the two add up to the line. */
export interface DiscountResult {
  /** What each line costs after all discounts, in the order of the lines. */
  readonly lines: readonly Money[];
  /**
   * What each discount took off, in all and per line, in the order given. Below zero on lines below
   * zero: what a percentage makes a correction smaller by.
   */
  readonly applied: readonly { readonly total: Money; readonly lines: readonly Money[] }[];
}

/** What `applyDiscounts` takes. */
export interface DiscountInput {
  /** That of every amount; its law rounds what percentages take. */
  readonly currency: Currency;
  readonly lines: readonly Money[];
  /** In the order in which they apply. */
  readonly discounts: readonly Discount[];
}

/**
 * Takes discounts off the lines of an invoice in the order given, each on what those before it
 * left. Each is rounded once, in its total, and split over its lines by largest remainder. A
 * percentage is taken off a line below zero as off one above: a correction gives back what was paid
 * for, not what it was listed at, so that corrections add up under the same percentages. An amount
 * is taken off lines above zero alone, at most all of them: no correction grows by it. No line ever
 * changes its sign. Throws INVALID_DISCOUNT naming every broken rule; OUT_OF_RANGE.
 */
export function applyDiscounts(input: DiscountInput): DiscountResult {
  checkInput(input);
  const { currency, discounts } = input;
  const zero = money(0n, currency);
  // All in the invoice's own currency: amounts of others may have another law of rounding.
  let left = input.lines.map(({ minorUnits }) => money(minorUnits, currency));
  sumMoney(left, currency);
  const applied = discounts.map((discount) => {
    const concerned = left.map((line, index) =>
      (discount.lines?.includes(index) ?? true) ? line : zero,
    );
    const parts = partsOf(discount, concerned, currency);
    left = left.map((line, index) => subtractMoney(line, parts[index] ?? zero));
    return { total: sumMoney(parts, currency), lines: parts };
  });
  return { lines: left, applied };
}

/** What one discount takes off each line: between nothing and all of it. */
function partsOf(discount: Discount, lines: readonly Money[], currency: Currency): Money[] {
  if (discount.kind === 'percentage') {
    const exact = lines.map((amount) => times(exactValue(amount), discount.rate));
    return roundTogether(exact, currency);
  }
  // Stryker disable next-line EqualityOperator: a line of zero is zero
  const room = lines.map((line) => (line.minorUnits > 0n ? line : money(0n, currency)));
  const available = sumMoney(room, currency);
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  const exceeds = compareMoney(discount.amount, available) > 0;
  const taken = exceeds ? available : money(discount.amount.minorUnits, currency);
  return allocateWithin(taken, room);
}

type Report = (field: string, rule: string, message: string) => void;

function checkInput({ currency, lines, discounts }: DiscountInput): void {
  const violations: Violation[] = [];
  const broken: Report = (field, rule, message) => violations.push({ field, rule, message });
  lines.forEach((line, index) => checkCurrency(line, currency, `lines[${index}]`, broken));
  discounts.forEach((discount, index) => {
    const field = `discounts[${index}]`;
    checkSize(discount, currency, field, broken);
    if (discount.lines?.some((line) => lines[line] === undefined)) {
      broken(`${field}.lines`, 'existing', 'names a line that does not exist.');
    }
  });
  if (violations.length > 0) throw new MoneyError('INVALID_DISCOUNT', violations);
}

function checkSize(discount: Discount, currency: Currency, field: string, broken: Report): void {
  switch (discount.kind) {
    case 'percentage': {
      const { rate } = discount;
      const outside = sign(rate) < 0 || compare(rate, ONE) > 0 || rate.denominator <= 0n;
      if (outside) broken(`${field}.rate`, 'fraction', 'must be from 0 to 1.');
      break;
    }
    case 'amount':
      if (discount.amount.minorUnits < 0n) {
        broken(`${field}.amount`, 'not_negative', 'must not be negative.');
      }
      checkCurrency(discount.amount, currency, `${field}.amount`, broken);
      break;
    default:
      broken(`${field}.kind`, 'known', 'must be percentage or amount.');
  }
}

function checkCurrency(amount: Money, currency: Currency, field: string, broken: Report): void {
  if (sameCurrency(amount.currency, currency)) return;
  broken(field, 'same_currency', `must be in ${currency.code}.`);
}
