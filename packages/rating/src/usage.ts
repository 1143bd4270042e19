import { plus, type Rational, type Violation, ZERO } from '@tollgate/money';
import { RatingError } from './errors.ts';

/** One event with an amount, for prices that look at each event. */
export interface UsageEvent {
  /** Unique within the usage of one line. */
  readonly id: string;
  readonly time: Temporal.Instant;
  /** Not negative: a correction replaces the event, it does not add one below zero. */
  readonly amount: Rational;
}

/**
 * What was used in a period: one aggregated quantity (units, seats, peak, sum of amounts), or the
 * events themselves. `percentage` needs events; everything else takes either and adds events up.
 */
export type Usage =
  | { readonly quantity: Rational; readonly events?: undefined }
  | { readonly events: readonly UsageEvent[]; readonly quantity?: undefined };

/** A quantity has at most 30 digits before the point, as those in a price. */
const QUANTITY_END = 10n ** 30n;

/** As `rational` of money has it: a value written by hand may not be finer than a computed one. */
const DENOMINATOR_MAX = 1n << 1024n;

/**
 * The usage with its events in the one order in which they are rated: by time, then by id, whoever
 * delivered them in which batches. The events are a frozen copy: what happens to the caller's list
 * later changes no line. Throws INVALID_USAGE naming every broken rule.
 */
export function orderedUsage(usage: Usage): {
  readonly quantity: Rational;
  readonly events: readonly UsageEvent[] | undefined;
} {
  const violations: Violation[] = [];
  if (usage.events === undefined) {
    checkQuantity(usage.quantity, 'quantity', violations);
    refuse(violations);
    return { quantity: usage.quantity, events: undefined };
  }
  const events = usage.events.map(({ id, time, amount }) => Object.freeze({ id, time, amount }));
  const ids = new Set<string>();
  events.forEach(({ id, amount }, index) => {
    const field = `events[${index}]`;
    checkQuantity(amount, `${field}.amount`, violations);
    if (ids.has(id)) {
      violations.push({ field: `${field}.id`, rule: 'unique', message: `"${id}" comes twice.` });
    }
    ids.add(id);
  });
  refuse(violations);
  let quantity = ZERO;
  for (const { amount } of events.sort(inOrder)) quantity = plus(quantity, amount);
  checkQuantity(quantity, 'quantity', violations);
  refuse(violations);
  return { quantity, events: Object.freeze(events) };
}

/** Whether a fraction is one that could be computed, stored and read back. */
export function isExact({ denominator }: Rational): boolean {
  return denominator > 0n && denominator <= DENOMINATOR_MAX;
}

function checkQuantity(value: Rational, field: string, violations: Violation[]): void {
  const { numerator, denominator } = value;
  if (!isExact(value)) {
    const message = 'must have a denominator of 1 to 1,024 bits.';
    violations.push({ field, rule: 'bits_max_1024', message });
  } else if (numerator < 0n) {
    violations.push({ field, rule: 'not_negative', message: 'must not be negative.' });
    // Most quantities are far below it, so that nothing is multiplied.
  } else if (numerator >= QUANTITY_END && numerator >= QUANTITY_END * denominator) {
    const message = 'has more than 30 digits before the point.';
    violations.push({ field, rule: 'integer_digits_max', message });
  }
}

function refuse(violations: readonly Violation[]): void {
  if (violations.length > 0) throw new RatingError('INVALID_USAGE', violations);
}

function inOrder(left: UsageEvent, right: UsageEvent): number {
  const order = Temporal.Instant.compare(left.time, right.time);
  // By code unit, never by locale.
  // Stryker disable next-line EqualityOperator: no two have the same id
  return order || (left.id < right.id ? -1 : 1);
}
