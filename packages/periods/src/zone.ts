import { PeriodError } from './errors.ts';

/**
 * The IANA zone in its usual spelling. Throws INVALID_ZONE for anything else, also for fixed
 * offsets such as `+02:00`: a customer lives in a place, whose offset changes.
 */
export function zoneId(zone: string): string {
  if (/^[+-]/.test(zone)) throw invalidZone(zone);
  try {
    return Temporal.PlainDate.from('2000-01-01').toZonedDateTime(zone).timeZoneId;
  } catch (cause) {
    throw invalidZone(zone, cause);
  }
}

/** The clock on the wall in a zone at an instant. */
export function wallClock(instant: Temporal.Instant, zone: string): Temporal.PlainDateTime {
  return instant.toZonedDateTimeISO(zone).toPlainDateTime();
}

/**
 * The instant at which the wall clock shows a time. A time that the zone skips (spring, or a whole
 * day that it left out) becomes the same distance after the gap; a time that comes twice (autumn)
 * is the first of the two. Midnight therefore always means the start of the day.
 */
export function instantAt(time: Temporal.PlainDateTime, zone: string): Temporal.Instant {
  // Stryker disable next-line ObjectLiteral: says aloud what is the default
  return time.toZonedDateTime(zone, { disambiguation: 'compatible' }).toInstant();
}

function invalidZone(zone: string, cause?: unknown): PeriodError {
  const error = new PeriodError('INVALID_ZONE', 'zone', `"${zone}" is not an IANA time zone.`);
  error.cause = cause;
  return error;
}
