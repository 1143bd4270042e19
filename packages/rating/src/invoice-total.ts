import {
  applyDiscounts,
  type Currency,
  type Discount,
  type DiscountResult,
  type Money,
  money,
  negateMoney,
  type TaxRate,
  type TaxResult,
  taxLines,
} from '@tollgate/money';
import { type BurnDown, burnDown, type Credit } from './burn-down.ts';

/** What `invoiceTotal` takes; all amounts in the one currency. */
export interface InvoiceInput {
  readonly currency: Currency;
  /** Rounded lines before coupons, with the codes of their taxes. */
  readonly lines: readonly { readonly amount: Money; readonly taxes: readonly string[] }[];
  /**
   * In the order in which they apply. One that the bill of a correction had and this invoice has not
   * is given with the position of the correction in its `lines`.
   */
  readonly coupons?: readonly Discount[];
  /** In the order in which they are levied. Default none. */
  readonly rates?: readonly TaxRate[];
  /** Whether the lines contain their taxes already. Default false. */
  readonly inclusive?: boolean;
  /** See `TaxInput` of money. Default `per_rate`. */
  readonly taxRounding?: 'per_rate' | 'per_line';
  /** What may pay before money does. Default none. */
  readonly credits?: readonly Credit[];
}

/** Every step from the lines to what is due. */
export interface InvoiceTotal {
  /** What each coupon took, below zero when mostly off corrections, and the lines after them. */
  readonly coupons: DiscountResult;
  /** The lines with their taxes; what `creditNote` is given later. */
  readonly taxed: TaxResult;
  /** What credits paid, each with what is left of it. */
  readonly credits: BurnDown;
  /** Left to pay; never negative. */
  readonly due: Money;
  /** When corrections exceed charges: the credit that the customer takes along; never negative. */
  readonly carried: Money;
}

/**
 * The steps behind the lines, in their order: coupons → tax → credits (credit notes before
 * wallets). Percentages are taken off lines below zero, too, so that deltas add up under the same
 * coupon; amounts are not. An invoice is never negative: what is below zero is carried as a credit.
 * Throws MoneyError and RatingError INVALID_INPUT for what is wrong with its parts.
 */
export function invoiceTotal(input: InvoiceInput): InvoiceTotal {
  const { currency, lines, coupons: discounts = [], rates = [], credits = [] } = input;
  const amounts = lines.map(({ amount }) => amount);
  const coupons = applyDiscounts({ currency, lines: amounts, discounts });
  const taxed = taxLines({
    currency,
    rates,
    lines: lines.map(({ amount, taxes }, index) => ({
      amount: coupons.lines[index] ?? amount,
      taxes,
    })),
    ...(input.inclusive !== undefined && { inclusive: input.inclusive }),
    ...(input.taxRounding !== undefined && { rounding: input.taxRounding }),
  });
  const none = money(0n, currency);
  const below = taxed.gross.minorUnits < 0n;
  const burned = burnDown(below ? none : taxed.gross, credits);
  return {
    coupons,
    taxed,
    credits: burned,
    due: burned.due,
    carried: below ? negateMoney(taxed.gross) : none,
  };
}
