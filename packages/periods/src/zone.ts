import { PeriodError, type PeriodErrorReason, type Violation } from './errors.ts';

/**
 * The IANA zone in its usual spelling, whatever the case. Names of fixed offsets (`Etc/GMT+5`,
 * `EST`) are names. Throws INVALID_ZONE for anything else, also for offsets such as `+02:00` and
 * for whole timestamps: a customer lives in a place, whose offset changes.
 */
export function zoneId(zone: string): string {
  return checkedZone(zone, 'INVALID_ZONE', []);
}

/** The same where other arguments may be wrong, too: everything is refused at once. */
export function checkedZone(
  zone: string,
  reason: PeriodErrorReason,
  violations: readonly Violation[],
): string {
  const { id, cause } = readZone(zone);
  if (id !== undefined && violations.length === 0) return id;
  if (id !== undefined) throw new PeriodError(reason, violations);
  const message = `"${zone}" is not the name of an IANA time zone.`;
  const wrong = { field: 'zone', rule: 'iana_name', message };
  const first = violations.length > 0 ? reason : 'INVALID_ZONE';
  throw new PeriodError(first, [...violations, wrong], cause);
}

/**
 * The instant at which the wall clock shows a time. A time that the zone skips (spring, or a whole
 * day that it left out) becomes the same distance after the gap; a time that comes twice (autumn)
 * is the first of the two. So midnight means the start of the day in all zones since 1970; before,
 * a few changes of clocks began before midnight and ended behind it (Toronto, 31 March 1919).
 */
export function instantAt(time: Temporal.PlainDateTime, zone: string): Temporal.Instant {
  // Stryker disable next-line ObjectLiteral: says aloud what is the default
  return time.toZonedDateTime(zone, { disambiguation: 'compatible' }).toInstant();
}

/** Temporal takes the zone out of a timestamp or its offset: only what it leaves as it is a name. */
function readZone(zone: string): { id?: string; cause?: unknown } {
  try {
    const id = Temporal.PlainDate.from('2000-01-01').toZonedDateTime(zone).timeZoneId;
    const isName = !/^[+-]/.test(id) && id.toLowerCase() === zone.toLowerCase();
    return isName ? { id } : {};
  } catch (cause) {
    return { cause };
  }
}
