import type { TenantId } from '@tollgate/api';
import { calendarMonth } from '@tollgate/periods';

/** One numbered, half-open stretch of a subscription: `start` belongs to it, `end` to the next. */
export interface BillingPeriod {
  /** 1 for the first. */
  readonly number: number;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** A period of a named subscription. */
export interface SubscriptionPeriod extends BillingPeriod {
  readonly tenantId: TenantId;
  readonly subscriptionId: string;
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
  const horizon = periodHorizon(options.now);
  let month = calendarMonth(options.from, ZONE);
  for (let number = options.number; ; number += 1) {
    if (Temporal.Instant.compare(month.end, horizon) > 0) return periods;
    periods.push({ number, start: month.start, end: month.end });
    month = calendarMonth(month.end, ZONE);
  }
}

/** Up to when periods are stored at an instant: to the end of the month after it. */
export function periodHorizon(now: Temporal.Instant): Temporal.Instant {
  return calendarMonth(calendarMonth(now, ZONE).end, ZONE).end;
}
