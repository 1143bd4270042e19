import {
  addMoney,
  type Currency,
  compare,
  dividedBy,
  exactValue,
  type Money,
  minus,
  negated,
  ONE,
  type Rational,
  roundToMoney,
  sameCurrency,
  sign,
  times,
  type Violation,
  ZERO,
} from '@tollgate/money';
import { RatingError } from './errors.ts';

/**
 * What a change in mid-period does to prices that were paid in advance:
 * - `time_share`: the unused time of the old price back, the new price for the time that is left;
 * - `full_difference`: the new price less the old one at once, whatever time is left, but nothing
 *   that was billed before: back and forth is not charged twice; never a refund, so that nobody
 *   takes the value and goes back;
 * - `none`: nothing now, the new price begins with the next period;
 * - `credit_aware`: as time share, but of the old price never a larger share back than that of the
 *   granted credits which are unused.
 */
export type ChangeMode = (typeof MODES)[number];

const MODES = ['time_share', 'full_difference', 'none', 'credit_aware'] as const;

/** What `prorateChange` takes. */
export interface Change {
  readonly mode: ChangeMode;
  readonly currency: Currency;
  /** What a whole period costs, exact, in major units, before and after the change. */
  readonly oldPrice: Rational;
  readonly newPrice: Rational;
  /** Share of the period that is left at the change, 0 to 1. */
  readonly remaining: Rational;
  /**
   * What was billed for this period so far, before coupons, less what was given back: of the old
   * price, as no refund exceeds it; for `full_difference` with all differences charged before.
   */
  readonly billed: Money;
  /** For `credit_aware`: units granted with the old price in this period, and not yet used. */
  readonly credits?: { readonly granted: Rational; readonly unused: Rational };
}

/** One line of a change. */
export interface ChangeLine {
  /** In major units, before the one rounding; a refund is negative. */
  readonly exact: Rational;
  readonly amount: Money;
}

/** Both lines of a change. */
export interface ChangeLines {
  /** Zero or less. */
  readonly refund: ChangeLine;
  /** Zero or more. */
  readonly charge: ChangeLine;
  /** The sum of the two rounded amounts. */
  readonly net: Money;
}

/**
 * The two lines of a change: what comes back for the old price (zero or less), what is due for the
 * new one (zero or more). Each is rounded once. Throws INVALID_CHANGE naming every broken rule.
 */
export function prorateChange(change: Change): ChangeLines {
  checkChange(change);
  const { currency } = change;
  const charge = lineOf(chargeOf(change), currency);
  const refund = cappedRefund(change);
  return { refund, charge, net: addMoney(refund.amount, charge.amount) };
}

function chargeOf({ mode, oldPrice, newPrice, remaining, billed }: Change): Rational {
  switch (mode) {
    case 'none':
      return ZERO;
    case 'full_difference': {
      const paid = larger(oldPrice, exactValue(billed));
      return minus(larger(newPrice, paid), paid);
    }
    case 'time_share':
    case 'credit_aware':
      return times(newPrice, remaining);
  }
}

function larger(left: Rational, right: Rational): Rational {
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  return compare(left, right) > 0 ? left : right;
}

function cappedRefund({ mode, oldPrice, remaining, credits, billed, currency }: Change) {
  if (mode === 'none' || mode === 'full_difference') return lineOf(ZERO, currency);
  const share = mode === 'credit_aware' ? creditAware(remaining, credits) : remaining;
  const back = times(oldPrice, share);
  const most = exactValue(billed);
  return lineOf(negated(compare(back, most) > 0 ? most : back), currency);
}

function creditAware(remaining: Rational, credits: Change['credits']): Rational {
  if (credits === undefined || sign(credits.granted) === 0) return remaining;
  const unused = dividedBy(credits.unused, credits.granted);
  return compare(unused, remaining) < 0 ? unused : remaining;
}

function lineOf(exact: Rational, currency: Currency): ChangeLine {
  return { exact, amount: roundToMoney(exact, currency) };
}

function checkChange(change: Change): void {
  const violations: Violation[] = [];
  const broken = (field: string, rule: string, message: string) =>
    violations.push({ field, rule, message });
  const { oldPrice, newPrice, remaining, billed, credits, currency, mode } = change;

  if (!MODES.includes(mode)) broken('mode', 'known', `must be one of ${MODES.join(', ')}.`);
  if (sign(oldPrice) < 0) broken('oldPrice', 'not_negative', 'must not be negative.');
  if (sign(newPrice) < 0) broken('newPrice', 'not_negative', 'must not be negative.');
  if (sign(remaining) < 0 || compare(remaining, ONE) > 0) {
    broken('remaining', 'fraction', 'must be from 0 to 1.');
  }
  if (billed.minorUnits < 0n) broken('billed', 'not_negative', 'must not be negative.');
  if (!sameCurrency(billed.currency, currency)) {
    broken('billed', 'same_currency', `must be in ${currency.code}.`);
  }
  if (mode === 'credit_aware' && credits === undefined) {
    broken('credits', 'required', 'must say what was granted and what is unused.');
  }
  if (credits !== undefined) {
    if (sign(credits.unused) < 0) broken('credits.unused', 'not_negative', 'must not be negative.');
    if (compare(credits.unused, credits.granted) > 0) {
      broken('credits.unused', 'within_granted', 'must not be more than was granted.');
    }
  }
  if (violations.length > 0) throw new RatingError('INVALID_CHANGE', violations);
}
