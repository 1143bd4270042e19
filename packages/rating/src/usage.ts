import { plus, type Rational, sign, type Violation, ZERO } from '@tollgate/money';
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

/**
 * The usage with its events in the one order in which they are rated: by time, then by id, whoever
 * delivered them in which batches. Throws INVALID_USAGE naming every broken rule.
 */
export function orderedUsage(usage: Usage): { quantity: Rational; events?: UsageEvent[] } {
  if (usage.events === undefined) {
    if (sign(usage.quantity) >= 0) return { quantity: usage.quantity };
    throw new RatingError('INVALID_USAGE', [negative('quantity')]);
  }
  const violations: Violation[] = [];
  const ids = new Set<string>();
  usage.events.forEach(({ id, amount }, index) => {
    const field = `events[${index}]`;
    if (sign(amount) < 0) violations.push(negative(`${field}.amount`));
    if (ids.has(id)) {
      violations.push({ field: `${field}.id`, rule: 'unique', message: `"${id}" comes twice.` });
    }
    ids.add(id);
  });
  if (violations.length > 0) throw new RatingError('INVALID_USAGE', violations);
  const events = [...usage.events].sort(inOrder);
  let quantity = ZERO;
  for (const { amount } of events) quantity = plus(quantity, amount);
  return { quantity, events };
}

function inOrder(left: UsageEvent, right: UsageEvent): number {
  const order = Temporal.Instant.compare(left.time, right.time);
  // By code unit, never by locale.
  // Stryker disable next-line EqualityOperator: no two have the same id
  return order || (left.id < right.id ? -1 : 1);
}

function negative(field: string): Violation {
  return { field, rule: 'not_negative', message: 'must not be negative.' };
}
