import { type CycleUnit, calendarCycle, cycleNumber, cyclePeriod } from './cycle.ts';
import { PeriodError } from './errors.ts';
import { type Period, period } from './period.ts';
import { instantAt, wallClock, zoneId } from './zone.ts';

/** The calendar month that contains an instant, from midnight to midnight in the zone. */
export function calendarMonth(instant: Temporal.Instant, zone: string): Period {
  return calendarPeriod('month', instant, zone);
}

/** A calendar month by its name, `2026-03`, in the zone. Throws INVALID_MONTH, INVALID_ZONE. */
export function monthPeriod(month: string, zone: string): Period {
  if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new PeriodError('INVALID_MONTH', 'month', `"${month}" is not of the form 2026-03.`);
  }
  const first = Temporal.PlainDateTime.from(`${month}-01`);
  const id = zoneId(zone);
  return period(instantAt(first, id), instantAt(first.add({ months: 1 }), id));
}

/** The name of the calendar month that contains an instant: `2026-03`. */
export function monthName(instant: Temporal.Instant, zone: string): string {
  const cycle = calendarCycle({ unit: 'month', zone });
  const months = cycleNumber(cycle, instant);
  return cycle.anchor.toPlainDate().toPlainYearMonth().add({ months }).toString();
}

/** The calendar day that contains an instant; 23 to 25 hours where clocks change. */
export function calendarDay(instant: Temporal.Instant, zone: string): Period {
  return calendarPeriod('day', instant, zone);
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

/**
 * By the period's bounds, not by the date on the wall clock: where clocks went back from 00:01 to
 * 23:01, the old date came again after midnight had begun the new day.
 */
function calendarPeriod(unit: CycleUnit, instant: Temporal.Instant, zone: string): Period {
  const cycle = calendarCycle({ unit, zone });
  return cyclePeriod(cycle, cycleNumber(cycle, instant));
}
