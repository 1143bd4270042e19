import { type Cycle, calendarCycle, numberAt } from './cycle.ts';
import { refuse, type Violation } from './errors.ts';
import { isBefore, type Period } from './period.ts';
import { checkedZone } from './zone.ts';

/** An exact fraction from 0 to 1, not in lowest terms: 17 of 31 days is 17/31. */
export interface Share {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The share of `whole` that `part` takes, in calendar days of the zone. A day on which something
 * changes belongs to what comes after the change, so that the shares of segments add up to one;
 * something that begins and ends on one day has the share 0. A day that clocks make longer or
 * shorter counts as one, and so does one that the zone left out, together with the day before it.
 * Throws INVALID_SHARE when a period is reversed, `part` is not within `whole`, or `whole` begins
 * and ends on the same day; INVALID_ZONE; INVALID_INSTANT beyond some 2,700 years from 2001.
 */
export function dayShare(part: Period, whole: Period, zone: string): Share {
  const id = checkedZone(zone, 'INVALID_SHARE', shareViolations(part, whole));
  const days = calendarCycle({ unit: 'day', zone: id });
  const denominator = daysOf(whole, days, 'whole');
  if (denominator === 0n) {
    const message = 'begins and ends on the same day.';
    refuse('INVALID_SHARE', [{ field: 'whole', rule: 'days_min_1', message }]);
  }
  return { numerator: daysOf(part, days, 'part'), denominator };
}

/**
 * The share of `whole` that `part` takes, by time passed, exact to the nanosecond: "by second"
 * without rounding to seconds. Throws INVALID_SHARE when a period is reversed, `part` is not within
 * `whole`, or `whole` has no instant.
 */
export function secondShare(part: Period, whole: Period): Share {
  const violations = shareViolations(part, whole);
  if (whole.start.equals(whole.end)) {
    violations.push({ field: 'whole', rule: 'not_empty', message: 'has no instant.' });
  }
  refuse('INVALID_SHARE', violations);
  return { numerator: nanosecondsOf(part), denominator: nanosecondsOf(whole) };
}

/** By the numbers of days, which only grow; the date on the wall clock may go back at midnight. */
function daysOf({ start, end }: Period, days: Cycle, field: string): bigint {
  return BigInt(numberAt(days, end, field) - numberAt(days, start, field));
}

function nanosecondsOf({ start, end }: Period): bigint {
  return end.epochNanoseconds - start.epochNanoseconds;
}

function shareViolations(part: Period, whole: Period): Violation[] {
  const violations: Violation[] = [];
  for (const [field, { start, end }] of Object.entries({ part, whole })) {
    if (!isBefore(end, start)) continue;
    violations.push({ field, rule: 'ordered', message: 'ends before it starts.' });
  }
  if (isBefore(part.start, whole.start) || isBefore(whole.end, part.end)) {
    const message = 'is not within the whole period.';
    violations.push({ field: 'part', rule: 'within_whole', message });
  }
  return violations;
}
