import { type Cycle, calendarCycle, cycleNumber } from './cycle.ts';
import { PeriodError } from './errors.ts';
import { isBefore, type Period } from './period.ts';

/** An exact fraction from 0 to 1, not in lowest terms: 17 of 31 days is 17/31. */
export interface Share {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The share of `whole` that `part` takes, in calendar days of the zone. A day on which something
 * changes belongs to what comes after the change, so that the shares of segments add up to one;
 * something that begins and ends on one day has the share 0. A day that clocks make longer or
 * shorter counts as one. Throws INVALID_SHARE when `part` is not within `whole`, or when `whole`
 * begins and ends on the same day.
 */
export function dayShare(part: Period, whole: Period, zone: string): Share {
  requireWithin(part, whole);
  const days = calendarCycle({ unit: 'day', zone });
  const denominator = daysOf(whole, days);
  if (denominator === 0n) {
    throw new PeriodError('INVALID_SHARE', 'whole', 'begins and ends on the same day.');
  }
  return { numerator: daysOf(part, days), denominator };
}

/**
 * The share of `whole` that `part` takes, by time passed, exact to the nanosecond: "by second"
 * without rounding to seconds. Throws INVALID_SHARE when `part` is not within `whole`.
 */
export function secondShare(part: Period, whole: Period): Share {
  requireWithin(part, whole);
  return { numerator: nanosecondsOf(part), denominator: nanosecondsOf(whole) };
}

/** By the numbers of days, which only grow; the date on the wall clock may go back at midnight. */
function daysOf({ start, end }: Period, days: Cycle): bigint {
  return BigInt(cycleNumber(days, end) - cycleNumber(days, start));
}

function nanosecondsOf({ start, end }: Period): bigint {
  return end.epochNanoseconds - start.epochNanoseconds;
}

function requireWithin(part: Period, whole: Period): void {
  if (!isBefore(part.start, whole.start) && !isBefore(whole.end, part.end)) return;
  throw new PeriodError('INVALID_SHARE', 'part', 'is not within the whole period.');
}
