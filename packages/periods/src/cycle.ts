import { PeriodError, refuse, type Violation } from './errors.ts';
import { isBefore, type Period } from './period.ts';
import { checkedZone } from './zone.ts';

export type CycleUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const UNITS: readonly string[] = ['day', 'week', 'month', 'quarter', 'year'] satisfies CycleUnit[];

/**
 * An endless row of periods that follow one another without gap, each `count` units long on the
 * wall clock of a zone, numbered from the one that begins at `anchor` (0; earlier ones are
 * negative). Plain data; make it with the functions below.
 */
export interface Cycle {
  readonly unit: CycleUnit;
  readonly count: number;
  /** Where period 0 begins, as an instant and, in the zone of the cycle, on the wall clock. */
  readonly anchor: Temporal.ZonedDateTime;
}

/** Longest period: 1,200 units, a century of months. */
const COUNT_MAX = 1_200;

/** Farthest period from the anchor. Long ones reach the end of Temporal's time before that. */
const NUMBER_MAX = 1_000_000;

/** Corrections that the estimate of a number may need: clipped month ends and skipped days. */
const CORRECTIONS_MAX = 3;

interface Every {
  readonly unit: CycleUnit;
  /** Units per period, 1 to 1,200. Default 1. */
  readonly count?: number;
  readonly zone: string;
}

/**
 * Periods that begin where the calendar does: at midnight, on Mondays, on the first of the month,
 * on the first of January, April, July and October, on 1 January. Several units are counted from
 * Monday 1 January 2001. Throws INVALID_CYCLE, INVALID_ZONE.
 */
export function calendarCycle({ unit, count = 1, zone }: Every): Cycle {
  const id = checkEvery(unit, count, zone);
  return { unit, count, anchor: Temporal.PlainDate.from('2001-01-01').toZonedDateTime(id) };
}

/**
 * Periods that begin on the day and time of day of `start` in the zone, the first of them exactly
 * at `start`, also when it lies in the second of two hours that the clock shows alike. An anchor on
 * the 29th to 31st becomes the last day of a shorter month and goes back to its own day afterwards;
 * one on 29 February is 28 February outside leap years. Throws INVALID_CYCLE, INVALID_ZONE.
 */
export function anniversaryCycle({
  unit,
  count = 1,
  zone,
  start,
}: Every & { readonly start: Temporal.Instant }): Cycle {
  return { unit, count, anchor: start.toZonedDateTimeISO(checkEvery(unit, count, zone)) };
}

/**
 * The bounds of a period by its number, computed from the anchor alone, so that clipping never
 * adds up. A day that the zone left out altogether is a period without an instant: its start is
 * its end. Throws INVALID_NUMBER beyond a million periods in either direction and where Temporal's
 * time ends, some 270,000 years from now.
 */
export function cyclePeriod(cycle: Cycle, number: number): Period {
  if (!Number.isSafeInteger(number) || number > NUMBER_MAX || number < -NUMBER_MAX) {
    const message = 'must be a whole number, at most a million.';
    refuse('INVALID_NUMBER', [{ field: 'number', rule: 'range', message }]);
  }
  return { start: startOf(cycle, number), end: startOf(cycle, number + 1) };
}

/**
 * The number of the one period that contains the instant; at once, however far away.
 * Throws INVALID_INSTANT beyond a million periods from the anchor and where Temporal's time ends.
 */
export function cycleNumber(cycle: Cycle, instant: Temporal.Instant): number {
  return numberAt(cycle, instant, 'instant');
}

/** The same for an instant that the caller knows as `field`. */
export function numberAt(cycle: Cycle, instant: Temporal.Instant, field: string): number {
  try {
    return searchNumber(cycle, instant);
  } catch (cause) {
    if (!(cause instanceof PeriodError)) throw cause;
    const message = 'is beyond a million periods from the anchor or the end of time.';
    throw new PeriodError('INVALID_INSTANT', [{ field, rule: 'range', message }], cause);
  }
}

function searchNumber(cycle: Cycle, instant: Temporal.Instant): number {
  let number = estimatedNumber(cycle, instant);
  // Stryker disable next-line EqualityOperator,AssignmentOperator: only stops a loop, none needs all
  for (let corrections = 0; corrections <= CORRECTIONS_MAX; corrections += 1) {
    const { start, end } = cyclePeriod(cycle, number);
    if (isBefore(instant, start)) number -= 1;
    else if (!isBefore(instant, end)) number += 1;
    else return number;
  }
  // Stryker disable next-line all: no instant of any zone comes here
  throw new Error(`${instant} was not found near ${number}.`);
}

/**
 * From the anchor, never from the period before: 31 January plus twice a month is 31 March. No
 * units later is the anchor itself; else a time that comes twice is the first of the two, and one
 * that is skipped the same distance after the gap, as Temporal adds to a time in a zone.
 */
function startOf({ unit, count, anchor }: Cycle, number: number): Temporal.Instant {
  const units = number * count;
  const later = unit === 'quarter' ? { months: 3 * units } : { [`${unit}s`]: units };
  try {
    // Stryker disable next-line ObjectLiteral: says aloud what is the default
    return anchor.add(later, { overflow: 'constrain' }).toInstant();
  } catch (cause) {
    const message = 'is beyond the end of time.';
    const violation = { field: 'number', rule: 'within_time', message };
    throw new PeriodError('INVALID_NUMBER', [violation], cause);
  }
}

/** Right but for the part of a unit that has or has not passed: at most a few periods off. */
function estimatedNumber({ unit, count, anchor }: Cycle, instant: Temporal.Instant): number {
  const date = instant.toZonedDateTimeISO(anchor.timeZoneId).toPlainDate();
  return floorDivide(unitsBetween(unit, anchor.toPlainDate(), date), count);
}

function unitsBetween(unit: CycleUnit, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const months = (to.year - from.year) * 12 + to.month - from.month;
  switch (unit) {
    case 'day':
      // Stryker disable next-line ObjectLiteral: says aloud what is the default
      return from.until(to, { largestUnit: 'days' }).days;
    case 'week':
      // Stryker disable next-line ObjectLiteral: says aloud what is the default
      return floorDivide(from.until(to, { largestUnit: 'days' }).days, 7);
    case 'month':
      return months;
    case 'quarter':
      return floorDivide(months, 3);
    case 'year':
      return to.year - from.year;
  }
}

/** Whole numbers only: the quotient is exact, rounded towards the past. */
function floorDivide(dividend: number, divisor: number): number {
  // Stryker disable next-line ArithmeticOperator: an estimate that is one off is corrected
  const rest = ((dividend % divisor) + divisor) % divisor;
  return (dividend - rest) / divisor;
}

/** The zone's id, when unit and count are right, too. */
function checkEvery(unit: string, count: number, zone: string): string {
  const violations: Violation[] = [];
  if (!UNITS.includes(unit)) {
    const message = `must be one of ${UNITS.join(', ')}.`;
    violations.push({ field: 'unit', rule: 'choice', message });
  }
  if (!Number.isSafeInteger(count) || count < 1 || count > COUNT_MAX) {
    const message = `must be a whole number from 1 to ${COUNT_MAX}.`;
    violations.push({ field: 'count', rule: 'range', message });
  }
  return checkedZone(zone, 'INVALID_CYCLE', violations);
}
