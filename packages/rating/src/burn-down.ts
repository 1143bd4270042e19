import {
  compareMoney,
  type Money,
  sameCurrency,
  subtractMoney,
  type Violation,
} from '@tollgate/money';
import { RatingError } from './errors.ts';

/** Something that pays invoices before money does. Give only those valid at the invoice's time. */
export interface Credit {
  readonly id: string;
  /** Credit notes are used before any wallet. */
  readonly source: 'credit_note' | 'wallet';
  /** What is left of it; not negative. */
  readonly available: Money;
  /** A whole number; lower ones first. */
  readonly priority: number;
  readonly createdAt: Temporal.Instant;
  readonly expiresAt?: Temporal.Instant;
}

/** How credits paid an amount; what they paid and what is due add up to it. */
export interface BurnDown {
  /** One posting per credit that paid something, in the order of use. */
  readonly postings: readonly {
    readonly id: string;
    readonly paid: Money;
    readonly left: Money;
  }[];
  /** What is left to pay with money; never negative. */
  readonly due: Money;
}

/**
 * Pays an amount from credits: credit notes first, then by priority, earliest expiry (none is
 * last), age, and id, so that the order never depends on how they were listed. Priority and expiry
 * as Metronome applies commits and credits; the rest is a house rule.
 * Throws INVALID_INPUT naming every broken rule.
 */
export function burnDown(total: Money, credits: readonly Credit[]): BurnDown {
  checkCredits(total, credits);
  const postings: { id: string; paid: Money; left: Money }[] = [];
  let due = total;
  for (const { id, available } of [...credits].sort(inOrderOfUse)) {
    // Stryker disable next-line EqualityOperator: what is equal is taken either way
    const paid = compareMoney(available, due) < 0 ? available : due;
    if (paid.minorUnits === 0n) continue;
    postings.push({ id, paid, left: subtractMoney(available, paid) });
    due = subtractMoney(due, paid);
  }
  return { postings, due };
}

function inOrderOfUse(left: Credit, right: Credit): number {
  if (left.source !== right.source) return left.source === 'credit_note' ? -1 : 1;
  return (
    left.priority - right.priority ||
    byExpiry(left.expiresAt, right.expiresAt) ||
    Temporal.Instant.compare(left.createdAt, right.createdAt) ||
    // Stryker disable next-line EqualityOperator: no two have the same id
    (left.id < right.id ? -1 : 1)
  );
}

function byExpiry(left: Temporal.Instant | undefined, right: Temporal.Instant | undefined): number {
  if (left === undefined) return right === undefined ? 0 : 1;
  return right === undefined ? -1 : Temporal.Instant.compare(left, right);
}

function checkCredits(total: Money, credits: readonly Credit[]): void {
  const violations: Violation[] = [];
  const broken = (field: string, rule: string, message: string) =>
    violations.push({ field, rule, message });
  const ids = new Set<string>();
  if (total.minorUnits < 0n) broken('total', 'not_negative', 'must not be negative.');
  credits.forEach(({ id, available, priority }, index) => {
    const field = `credits[${index}]`;
    if (ids.has(id)) broken(`${field}.id`, 'unique', `"${id}" comes twice.`);
    ids.add(id);
    if (available.minorUnits < 0n) {
      broken(`${field}.available`, 'not_negative', 'must not be negative.');
    }
    if (!sameCurrency(available.currency, total.currency)) {
      broken(`${field}.available`, 'same_currency', `must be in ${total.currency.code}.`);
    }
    if (!Number.isSafeInteger(priority)) {
      broken(`${field}.priority`, 'whole', 'must be a whole number.');
    }
  });
  if (violations.length > 0) throw new RatingError('INVALID_INPUT', violations);
}
