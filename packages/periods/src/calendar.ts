import { type CycleUnit, calendarCycle, cyclePeriod, numberAt } from './cycle.ts';
import { PeriodError, type Violation } from './errors.ts';
import { type Period, period } from './period.ts';
import { checkedZone, instantAt, zoneId } from './zone.ts';

/** Longest time that `after` adds, in each unit. */
const UNITS_MAX = 100_000;

const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;

/**
 * The calendar month that contains an instant, from midnight to midnight in the zone. Throws
 * INVALID_ZONE, and INVALID_INSTANT more than a million months from 2001.
 */
export function calendarMonth(instant: Temporal.Instant, zone: string): Period {
  return calendarPeriod('month', instant, zone);
}

/** A calendar month by its name, `2026-03`, in the zone. Throws INVALID_MONTH, INVALID_ZONE. */
export function monthPeriod(month: string, zone: string): Period {
  const violations: Violation[] = [];
  if (!MONTH.test(month)) {
    const message = `"${month}" is not of the form 2026-03.`;
    violations.push({ field: 'month', rule: 'pattern', message });
  }
  const id = checkedZone(zone, 'INVALID_MONTH', violations);
  const first = Temporal.PlainDateTime.from(`${month}-01`);
  return period(instantAt(first, id), instantAt(first.add({ months: 1 }), id));
}

/**
 * The name of the calendar month that contains an instant: `2026-03`. Where clocks went back over
 * midnight, the evening that came again belongs to the new month, although the wall showed the old
 * one. Throws INVALID_ZONE, and INVALID_INSTANT outside the years 0 to 9999.
 */
export function monthName(instant: Temporal.Instant, zone: string): string {
  const cycle = calendarCycle({ unit: 'month', zone });
  const months = numberAt(cycle, instant, 'instant');
  const name = cycle.anchor.toPlainDate().toPlainYearMonth().add({ months }).toString();
  if (MONTH.test(name)) return name;
  const message = 'is outside the years 0 to 9999.';
  throw new PeriodError('INVALID_INSTANT', [{ field: 'instant', rule: 'range', message }]);
}

/**
 * The calendar day that contains an instant; 23 to 25 hours where clocks change. Throws
 * INVALID_ZONE, and INVALID_INSTANT more than a million days from 2001.
 */
export function calendarDay(instant: Temporal.Instant, zone: string): Period {
  return calendarPeriod('day', instant, zone);
}

/**
 * The instant at which something ends that people say ends "on the 20th, inclusive": the first
 * midnight after that day in the zone. Where clocks then go back over midnight (St John's, 6
 * November 2010), the old date shows again for a while, which belongs to the new day. Throws
 * INVALID_ZONE, and INVALID_DATE beyond Temporal's time.
 */
export function endOfDay(date: Temporal.PlainDate, zone: string): Temporal.Instant {
  const id = zoneId(zone);
  try {
    return instantAt(date.add({ days: 1 }).toPlainDateTime(), id);
  } catch (cause) {
    const violation = { field: 'date', rule: 'within_time', message: 'is beyond the end of time.' };
    throw new PeriodError('INVALID_DATE', [violation], cause);
  }
}

/**
 * The instant a number of calendar units later on the wall clock of the zone: the end of a trial
 * of 14 days is the same time of day two weeks later, also across a change of clocks, and a month
 * from the 31st is the last day of a shorter month. Each number is whole, from 0 to 100,000; months
 * are added before weeks and days. Never before `start`, and `start` itself when all are 0. Throws
 * INVALID_DURATION naming each wrong unit, or `duration` beyond the end of time; INVALID_ZONE.
 */
export function after(
  start: Temporal.Instant,
  duration: { readonly days?: number; readonly weeks?: number; readonly months?: number },
  zone: string,
): Temporal.Instant {
  const id = checkedZone(zone, 'INVALID_DURATION', durationViolations(duration));
  const { days = 0, weeks = 0, months = 0 } = duration;
  try {
    // In the zone, not on the bare wall clock: nothing later is the start, also in an hour that
    // comes twice.
    return start.toZonedDateTimeISO(id).add({ days, weeks, months }).toInstant();
  } catch (cause) {
    const message = 'leads beyond the end of time.';
    const violation = { field: 'duration', rule: 'within_time', message };
    throw new PeriodError('INVALID_DURATION', [violation], cause);
  }
}

function durationViolations(duration: Readonly<Record<string, unknown>>): Violation[] {
  const violations: Violation[] = [];
  for (const [field, value = 0] of Object.entries(duration)) {
    if (!['days', 'weeks', 'months'].includes(field)) {
      violations.push({ field, rule: 'known', message: 'is none of days, weeks, months.' });
    } else if (!isUnits(value)) {
      const message = `must be a whole number from 0 to ${UNITS_MAX}.`;
      violations.push({ field, rule: 'range', message });
    }
  }
  return violations;
}

function isUnits(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= UNITS_MAX;
}

/**
 * By the period's bounds, not by the date on the wall clock: where clocks went back from 00:01 to
 * 23:01, the old date came again after midnight had begun the new day.
 */
function calendarPeriod(unit: CycleUnit, instant: Temporal.Instant, zone: string): Period {
  const cycle = calendarCycle({ unit, zone });
  return cyclePeriod(cycle, numberAt(cycle, instant, 'instant'));
}
