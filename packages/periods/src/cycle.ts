import { PeriodError } from './errors.ts';
import { isBefore, type Period } from './period.ts';
import { instantAt, wallClock, zoneId } from './zone.ts';

/** A quarter is three months. */
export type CycleUnit = 'day' | 'week' | 'month' | 'year';

const UNITS: readonly string[] = ['day', 'week', 'month', 'year'] satisfies CycleUnit[];

/**
 * An endless row of periods that follow one another without gap, each `count` units long on the
 * wall clock of a zone, numbered from the one that begins at `anchor` (0; earlier ones are
 * negative). A quarter is 3 months. Plain data; make it with the functions below.
 */
export interface Cycle {
  readonly unit: CycleUnit;
  readonly count: number;
  readonly zone: string;
  /** Wall-clock time at which period 0 begins. */
  readonly anchor: Temporal.PlainDateTime;
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
 * on 1 January. Several units are counted from Monday 1 January 2001, so that quarters begin in
 * January, April, July and October. Throws INVALID_CYCLE, INVALID_ZONE.
 */
export function calendarCycle({ unit, count = 1, zone }: Every): Cycle {
  checkEvery(unit, count);
  return { unit, count, zone: zoneId(zone), anchor: Temporal.PlainDateTime.from('2001-01-01') };
}

/**
 * Periods that begin on the day and time of day of `start` in the zone. An anchor on the 29th to
 * 31st becomes the last day of a shorter month and goes back to its own day afterwards; one on 29
 * February is 28 February outside leap years. Throws INVALID_CYCLE, INVALID_ZONE.
 */
export function anniversaryCycle({
  unit,
  count = 1,
  zone,
  start,
}: Every & { readonly start: Temporal.Instant }): Cycle {
  checkEvery(unit, count);
  const id = zoneId(zone);
  return { unit, count, zone: id, anchor: wallClock(start, id) };
}

/**
 * The bounds of a period by its number, computed from the anchor alone, so that clipping never
 * adds up. A day that the zone left out altogether is a period without an instant: its start is
 * its end. Throws INVALID_NUMBER beyond a million periods in either direction and where Temporal's
 * time ends, some 270,000 years from now.
 */
export function cyclePeriod(cycle: Cycle, number: number): Period {
  if (!Number.isSafeInteger(number) || number > NUMBER_MAX || number < -NUMBER_MAX) {
    throw new PeriodError('INVALID_NUMBER', 'number', `must be a whole number, at most a million.`);
  }
  return { start: startOf(cycle, number), end: startOf(cycle, number + 1) };
}

/**
 * The number of the one period that contains the instant; at once, however far away.
 * Throws INVALID_NUMBER beyond a million periods from the anchor.
 */
export function cycleNumber(cycle: Cycle, instant: Temporal.Instant): number {
  let number = estimatedNumber(cycle, wallClock(instant, cycle.zone));
  // Stryker disable next-line EqualityOperator,AssignmentOperator: only stops a loop, none needs all
  for (let corrections = 0; corrections <= CORRECTIONS_MAX; corrections += 1) {
    const { start, end } = cyclePeriod(cycle, number);
    if (isBefore(instant, start)) number -= 1;
    else if (!isBefore(instant, end)) number += 1;
    else return number;
  }
  // Stryker disable next-line all: no instant of any zone comes here
  throw new PeriodError('INVALID_NUMBER', 'instant', `${instant} was not found near ${number}.`);
}

function startOf({ unit, count, zone, anchor }: Cycle, number: number): Temporal.Instant {
  try {
    // From the anchor, never from the period before: 31 January plus twice a month is 31 March.
    // Stryker disable next-line ObjectLiteral: says aloud what is the default
    return instantAt(anchor.add({ [`${unit}s`]: number * count }, { overflow: 'constrain' }), zone);
  } catch (cause) {
    const error = new PeriodError('INVALID_NUMBER', 'number', 'is beyond the end of time.');
    error.cause = cause;
    throw error;
  }
}

/** Right but for the part of a unit that has or has not passed: at most a few periods off. */
function estimatedNumber({ unit, count, anchor }: Cycle, time: Temporal.PlainDateTime): number {
  return floorDivide(unitsBetween(unit, anchor.toPlainDate(), time.toPlainDate()), count);
}

function unitsBetween(unit: CycleUnit, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  switch (unit) {
    case 'day':
      // Stryker disable next-line ObjectLiteral: says aloud what is the default
      return from.until(to, { largestUnit: 'days' }).days;
    case 'week':
      // Stryker disable next-line ObjectLiteral: says aloud what is the default
      return floorDivide(from.until(to, { largestUnit: 'days' }).days, 7);
    case 'month':
      return (to.year - from.year) * 12 + to.month - from.month;
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

function checkEvery(unit: string, count: number): void {
  if (!UNITS.includes(unit)) {
    throw new PeriodError('INVALID_CYCLE', 'unit', `must be one of ${UNITS.join(', ')}.`);
  }
  if (Number.isSafeInteger(count) && count >= 1 && count <= COUNT_MAX) return;
  throw new PeriodError('INVALID_CYCLE', 'count', `must be a whole number from 1 to ${COUNT_MAX}.`);
}
