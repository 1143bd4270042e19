import { allocateWithin, roundTogether } from './allocate.ts';
import type { Currency } from './currency.ts';
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
      /** Not negative. More than the lines still cost takes them to zero, never below. */
      readonly amount: Money;
    }
) & { readonly lines?: readonly number[] };

/** What discounts left and what they took; line by line the two add up to the line. */
export interface DiscountResult {
  /** What each line costs after all discounts, in the order of the lines. */
  readonly lines: readonly Money[];
  /** What each discount took off, in all and per line, in the order given; never negative. */
  readonly applied: readonly { readonly total: Money; readonly lines: readonly Money[] }[];
}

/**
 * Takes discounts off the lines of an invoice in the order given, each on what those before it
 * left. Each is rounded once, in its total, and split over its lines by largest remainder. Lines
 * that are negative (corrections) are left alone: a discount neither grows nor shrinks them.
 * Throws INVALID_DISCOUNT naming every broken rule, CURRENCY_MISMATCH.
 */
export function applyDiscounts({
  currency,
  lines,
  discounts,
}: {
  readonly currency: Currency;
  readonly lines: readonly Money[];
  readonly discounts: readonly Discount[];
}): DiscountResult {
  checkDiscounts(lines, discounts);
  sumMoney(lines, currency);
  let left = lines;
  const applied = discounts.map((discount) => {
    const zero = money(0n, currency);
    const room = left.map((line, index) => {
      const concerned = discount.lines?.includes(index) ?? true;
      // Stryker disable next-line EqualityOperator: a line of zero is zero
      return concerned && line.minorUnits > 0n ? line : zero;
    });
    const parts = partsOf(discount, room, currency);
    left = left.map((line, index) => subtractMoney(line, parts[index] ?? zero));
    return { total: sumMoney(parts, currency), lines: parts };
  });
  return { lines: left, applied };
}

/** What one discount takes off each line; never more than the line has room for. */
function partsOf(discount: Discount, room: readonly Money[], currency: Currency): Money[] {
  if (discount.kind === 'percentage') {
    const exact = room.map((amount) => times(exactValue(amount), discount.rate));
    return roundTogether(exact, currency);
  }
  const available = sumMoney(room, currency);
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  const exceeds = compareMoney(discount.amount, available) > 0;
  return allocateWithin(exceeds ? available : discount.amount, room);
}

function checkDiscounts(lines: readonly Money[], discounts: readonly Discount[]): void {
  const violations: Violation[] = [];
  const broken = (field: string, rule: string, message: string) =>
    violations.push({ field, rule, message });

  discounts.forEach((discount, index) => {
    const field = `discounts[${index}]`;
    if (discount.kind === 'percentage') {
      const outside = sign(discount.rate) < 0 || compare(discount.rate, ONE) > 0;
      if (outside) broken(`${field}.rate`, 'fraction', 'must be from 0 to 1.');
    } else if (discount.amount.minorUnits < 0n) {
      broken(`${field}.amount`, 'not_negative', 'must not be negative.');
    }
    if (discount.lines?.some((line) => lines[line] === undefined)) {
      broken(`${field}.lines`, 'existing', 'names a line that does not exist.');
    }
  });
  if (violations.length > 0) throw new MoneyError('INVALID_DISCOUNT', violations);
}
