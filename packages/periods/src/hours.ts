import { PeriodError } from './errors.ts';
import { isBefore, type Period } from './period.ts';

const HOUR_NANOSECONDS = 3_600_000_000_000n;

/** A leap year and a day of hours: longer stretches are asked for in pieces. */
const HOURS_MAX = 367 * 24;

/** The last instant of Temporal is on the hour: the hour that it begins has no end. */
const LATEST_NANOSECONDS = 8_640_000_000_000_000_000_000n;

/**
 * The hour of UTC that contains an instant: a window of usage. Throws INVALID_INSTANT for the very
 * last instant that Temporal holds.
 */
export function hourOf(instant: Temporal.Instant): Period {
  const past = instant.epochNanoseconds;
  if (past === LATEST_NANOSECONDS) {
    const message = 'begins an hour that ends beyond the end of time.';
    throw new PeriodError('INVALID_INSTANT', [{ field: 'instant', rule: 'within_time', message }]);
  }
  const rest = ((past % HOUR_NANOSECONDS) + HOUR_NANOSECONDS) % HOUR_NANOSECONDS;
  const start = Temporal.Instant.fromEpochNanoseconds(past - rest);
  return { start, end: start.add({ hours: 1 }) };
}

/**
 * The hours of UTC that share an instant with the period, in order, at most 8,808; more throw
 * TOO_MANY, and a period without an instant has none. The first and last reach beyond a period
 * whose bounds are not on the hour, as where the zone is half an hour off: whoever sums whole hours
 * must cut them there.
 */
export function hoursOf(whole: Period): Period[] {
  const hours: Period[] = [];
  let { start } = whole;
  while (isBefore(start, whole.end)) {
    if (hours.length === HOURS_MAX) {
      const message = `has more than ${HOURS_MAX} hours.`;
      throw new PeriodError('TOO_MANY', [{ field: 'whole', rule: 'hours_max_8808', message }]);
    }
    const hour = hourOf(start);
    hours.push(hour);
    start = hour.end;
  }
  return hours;
}
