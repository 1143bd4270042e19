import { type CycleUnit, calendarCycle, cycleNumber, cyclePeriod } from './cycle.ts';
import { PeriodError } from './errors.ts';
import { type Period, period } from './period.ts';
import { instantAt, wallClock, zoneId } from './zone.ts';

/** Longest time that `after` adds, in each unit. */
const UNITS_MAX = 100_000;

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
 * instant after that day in the zone. Throws INVALID_ZONE, and INVALID_DATE beyond Temporal's time.
 */
export function endOfDay(date: Temporal.PlainDate, zone: string): Temporal.Instant {
  const id = zoneId(zone);
  try {
    return instantAt(date.add({ days: 1 }).toPlainDateTime(), id);
  } catch (cause) {
    const error = new PeriodError('INVALID_DATE', 'date', 'is beyond the end of time.');
    error.cause = cause;
    throw error;
  }
}

/**
 * The instant a number of calendar units later on the wall clock of the zone: the end of a trial
 * of 14 days is the same time of day two weeks later, also across a change of clocks, and a month
 * from the 31st is the last day of a shorter month. Each number is whole, from 0 to 100,000; months
 * are added before weeks and days. Throws INVALID_DURATION naming the unit, INVALID_ZONE.
 */
export function after(
  start: Temporal.Instant,
  duration: { readonly days?: number; readonly weeks?: number; readonly months?: number },
  zone: string,
): Temporal.Instant {
  const id = zoneId(zone);
  const { days = 0, weeks = 0, months = 0 } = duration;
  for (const [unit, value] of Object.entries({ days, weeks, months })) {
    if (Number.isSafeInteger(value) && value >= 0 && value <= UNITS_MAX) continue;
    const message = `must be a whole number from 0 to ${UNITS_MAX}.`;
    throw new PeriodError('INVALID_DURATION', unit, message);
  }
  return instantAt(wallClock(start, id).add({ days, weeks, months }), id);
}

/**
 * By the period's bounds, not by the date on the wall clock: where clocks went back from 00:01 to
 * 23:01, the old date came again after midnight had begun the new day.
 */
function calendarPeriod(unit: CycleUnit, instant: Temporal.Instant, zone: string): Period {
  const cycle = calendarCycle({ unit, zone });
  return cyclePeriod(cycle, cycleNumber(cycle, instant));
}
