import { PeriodError } from './errors.ts';
import { type Period, period } from './period.ts';
import { instantAt, wallClock, zoneId } from './zone.ts';

/** The calendar month that contains an instant, from midnight to midnight in the zone. */
export function calendarMonth(instant: Temporal.Instant, zone: string): Period {
  return between(
    wallClock(instant, zoneId(zone)).toPlainDate().with({ day: 1 }),
    { months: 1 },
    zone,
  );
}

/** A calendar month by its name, `2026-03`, in the zone. Throws INVALID_MONTH, INVALID_ZONE. */
export function monthPeriod(month: string, zone: string): Period {
  if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new PeriodError('INVALID_MONTH', 'month', `"${month}" is not of the form 2026-03.`);
  }
  return between(Temporal.PlainDate.from(`${month}-01`), { months: 1 }, zoneId(zone));
}

/** The name of the calendar month that contains an instant: `2026-03`. */
export function monthName(instant: Temporal.Instant, zone: string): string {
  return wallClock(instant, zoneId(zone)).toPlainDate().toPlainYearMonth().toString();
}

/** The calendar day that contains an instant; 23 to 25 hours where clocks change. */
export function calendarDay(instant: Temporal.Instant, zone: string): Period {
  return between(wallClock(instant, zoneId(zone)).toPlainDate(), { days: 1 }, zone);
}

/**
 * The instant at which something ends that people say ends "on the 20th, inclusive": the first
 * instant after that day in the zone.
 */
export function endOfDay(date: Temporal.PlainDate, zone: string): Temporal.Instant {
  return instantAt(date.add({ days: 1 }).toPlainDateTime(), zoneId(zone));
}

/**
 * The instant a number of calendar units later on the wall clock of the zone: the end of a trial
 * of 14 days is the same time of day two weeks later, also across a change of clocks.
 */
export function after(
  start: Temporal.Instant,
  duration: { readonly days?: number; readonly weeks?: number; readonly months?: number },
  zone: string,
): Temporal.Instant {
  return instantAt(wallClock(start, zoneId(zone)).add(duration), zone);
}

function between(first: Temporal.PlainDate, length: Temporal.DurationLike, zone: string): Period {
  const start = instantAt(first.toPlainDateTime(), zone);
  return period(start, instantAt(first.add(length).toPlainDateTime(), zone));
}
