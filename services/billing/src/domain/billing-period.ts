import { calendarMonth } from '@tollgate/periods';

/** One numbered, half-open stretch of a subscription: `start` belongs to it, `end` to the next. */
export interface BillingPeriod {
  /** 1 for the first. */
  readonly number: number;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** Bills and quotas follow the same calendar (ADR 0004). */
const ZONE = 'UTC';

/**
 * The periods of a subscription from `number` on, whole calendar months in UTC: the one that begins
 * in the month of `from`, and the ones after it up to and including the month after `now`.
 * Periods are so stored at least one whole month before they begin.
 */
export function periodsInAdvance(options: {
  readonly number: number;
  readonly from: Temporal.Instant;
  readonly now: Temporal.Instant;
}): BillingPeriod[] {
  const periods: BillingPeriod[] = [];
  const lastStart = calendarMonth(options.now, ZONE).end;
  let month = calendarMonth(options.from, ZONE);
  for (let number = options.number; ; number += 1) {
    if (Temporal.Instant.compare(month.start, lastStart) > 0) return periods;
    periods.push({ number, start: month.start, end: month.end });
    month = calendarMonth(month.end, ZONE);
  }
}
