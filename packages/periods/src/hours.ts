import { PeriodError } from './errors.ts';
import { isBefore, type Period } from './period.ts';

const HOUR_NANOSECONDS = 3_600_000_000_000n;

/** A leap year and a day of hours: longer stretches are asked for in pieces. */
const HOURS_MAX = 367 * 24;

/** The hour of UTC that contains an instant: the bucket into which usage is summed. */
export function hourOf(instant: Temporal.Instant): Period {
  const past = instant.epochNanoseconds;
  const rest = ((past % HOUR_NANOSECONDS) + HOUR_NANOSECONDS) % HOUR_NANOSECONDS;
  const start = Temporal.Instant.fromEpochNanoseconds(past - rest);
  return { start, end: start.add({ hours: 1 }) };
}

/**
 * The hours of UTC that share an instant with the period, in order, at most 8,808; more throw
 * TOO_MANY. The first and last reach beyond a period whose bounds are not on the hour, as where
 * the zone is half an hour off: whoever sums whole hours must cut them there.
 */
export function hoursOf(whole: Period): Period[] {
  const hours: Period[] = [];
  for (let hour = hourOf(whole.start); isBefore(hour.start, whole.end); hour = hourOf(hour.end)) {
    if (hours.length === HOURS_MAX) {
      throw new PeriodError('TOO_MANY', 'whole', `has more than ${HOURS_MAX} hours.`);
    }
    hours.push(hour);
  }
  return hours;
}
