import { expect, test } from '@jest/globals';
import {
  after,
  anniversaryCycle,
  type Cycle,
  type CycleUnit,
  calendarCycle,
  calendarDay,
  calendarMonth,
  cycleNumber,
  cyclePeriod,
  dayShare,
  endOfDay,
  hourOf,
  hoursOf,
  monthName,
  monthPeriod,
  PeriodError,
  period,
  secondShare,
  termPeriod,
  termPeriodAt,
} from './index.ts';

const start = Temporal.Instant.from('2026-01-01T00:00:00Z');
const hour = period(start, start.add({ hours: 1 }));
const months = calendarCycle({ unit: 'month', zone: 'UTC' });
const later = (days: number) => () => after(start, { days }, 'UTC');
const days = calendarCycle({ unit: 'day', zone: 'UTC' });
const lastInstant = Temporal.Instant.from('+275760-09-13T00:00:00Z');
const lastDate = Temporal.PlainDate.from('+275760-09-13');
const FAR = 'is beyond a million periods from the anchor or the end of time.';
const none = { start, end: start };
const reversed = { start: hour.end, end: hour.start };
const tooFar = calendarCycle({ unit: 'year', count: 1_200, zone: 'UTC' });

const refusals: [reason: string, message: string, call: () => unknown][] = [
  [
    'EMPTY_PERIOD',
    'end: 2026-01-01T00:00:00Z is not after the start 2026-01-01T00:00:00Z.',
    () => period(start, start),
  ],
  [
    'INVALID_ZONE',
    'zone: "Europe/Atlantis" is not the name of an IANA time zone.',
    () => monthPeriod('2026-01', 'Europe/Atlantis'),
  ],
  [
    'INVALID_ZONE',
    'zone: "+02:00" is not the name of an IANA time zone.',
    () => monthPeriod('2026-01', '+02:00'),
  ],
  [
    'INVALID_ZONE',
    'zone: "-02:00" is not the name of an IANA time zone.',
    () => monthPeriod('2026-01', '-02:00'),
  ],
  [
    'INVALID_MONTH',
    'month: "2026-00" is not of the form 2026-03.',
    () => monthPeriod('2026-00', 'UTC'),
  ],
  [
    'INVALID_MONTH',
    'month: "2026-013" is not of the form 2026-03.',
    () => monthPeriod('2026-013', 'UTC'),
  ],
  [
    'INVALID_MONTH',
    'month: "12026-01" is not of the form 2026-03.',
    () => monthPeriod('12026-01', 'UTC'),
  ],
  [
    'INVALID_CYCLE',
    'unit: must be one of day, week, month, quarter, year.',
    () => calendarCycle({ unit: 'hour' as CycleUnit, zone: 'UTC' }),
  ],
  [
    'INVALID_CYCLE',
    'unit: must be one of day, week, month, quarter, year.',
    () => anniversaryCycle({ unit: 'hour' as CycleUnit, zone: 'UTC', start }),
  ],
  [
    'INVALID_CYCLE',
    'count: must be a whole number from 1 to 1200.',
    () => calendarCycle({ unit: 'day', count: 0, zone: 'UTC' }),
  ],
  [
    'INVALID_CYCLE',
    'count: must be a whole number from 1 to 1200.',
    () => calendarCycle({ unit: 'day', count: 1_201, zone: 'UTC' }),
  ],
  [
    'INVALID_NUMBER',
    'number: must be a whole number, at most a million.',
    () => cyclePeriod(months, 0.5),
  ],
  ['INVALID_INSTANT', `instant: ${FAR}`, () => cycleNumber(days, start.add({ hours: 24e6 }))],
  ['INVALID_INSTANT', `instant: ${FAR}`, () => calendarDay(lastInstant, 'UTC')],
  ['INVALID_INSTANT', `instant: ${FAR}`, () => calendarMonth(lastInstant, 'UTC')],
  ['INVALID_INSTANT', `instant: ${FAR}`, () => monthName(lastInstant, 'UTC')],
  ['INVALID_INSTANT', `instant: ${FAR}`, () => termPeriodAt({ cycle: days, start }, lastInstant)],
  [
    'INVALID_INSTANT',
    `start: ${FAR}`,
    () => termPeriod({ cycle: days, start: lastInstant.subtract({ hours: 1 }) }, 0),
  ],
  [
    'INVALID_INSTANT',
    `start: ${FAR}`,
    () => termPeriodAt({ cycle: days, start: lastInstant.subtract({ hours: 1 }) }, lastInstant),
  ],
  ['INVALID_INSTANT', `whole: ${FAR}`, () => dayShare(hour, period(start, lastInstant), 'UTC')],
  [
    'INVALID_INSTANT',
    `whole: ${FAR}`,
    () => dayShare(hour, period(Temporal.Instant.from('-002000-01-01T00:00:00Z'), hour.end), 'UTC'),
  ],
  [
    'INVALID_INSTANT',
    'instant: is outside the years 0 to 9999.',
    () => monthName(Temporal.Instant.from('+010000-01-01T00:00:00Z'), 'UTC'),
  ],
  [
    'INVALID_INSTANT',
    'instant: begins an hour that ends beyond the end of time.',
    () => hourOf(lastInstant),
  ],
  ['INVALID_NUMBER', 'number: is beyond the end of time.', () => cyclePeriod(tooFar, 1_000)],
  [
    'INVALID_NUMBER',
    'number: must not be negative.',
    () => termPeriod({ cycle: months, start }, -1),
  ],
  ['INVALID_DATE', 'date: is beyond the end of time.', () => endOfDay(lastDate, 'UTC')],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(-1)],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(0.5)],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(100_001)],
  [
    'INVALID_DURATION',
    'months: must be a whole number from 0 to 100000.',
    () => after(start, { months: -1 }, 'UTC'),
  ],
  [
    'INVALID_DURATION',
    'duration: leads beyond the end of time.',
    () => after(Temporal.Instant.from('+275760-09-01T00:00:00Z'), { days: 30 }, 'UTC'),
  ],
  [
    'INVALID_DURATION',
    'years: is none of days, weeks, months. days: must be a whole number from 0 to 100000.',
    () => after(start, { years: 1, days: -1 } as object, 'UTC'),
  ],
  ['INVALID_SHARE', 'whole: has no instant.', () => secondShare(none, none)],
  ['INVALID_SHARE', 'part: ends before it starts.', () => secondShare(reversed, hour)],
  ['INVALID_SHARE', 'part: ends before it starts.', () => dayShare(reversed, hour, 'UTC')],
  [
    'INVALID_TERM',
    'end: 2026-01-01T00:00:00Z is before the start 2026-01-01T01:00:00Z.',
    () => termPeriod({ cycle: months, ...reversed }, 0),
  ],
  [
    'INVALID_TERM',
    'end: 2026-01-01T00:00:00Z is before the start 2026-01-01T01:00:00Z.',
    () => termPeriodAt({ cycle: months, ...reversed }, start),
  ],
  ['INVALID_SHARE', 'whole: begins and ends on the same day.', () => dayShare(hour, hour, 'UTC')],
  [
    'INVALID_SHARE',
    'part: is not within the whole period.',
    () => secondShare(monthPeriod('2026-01', 'UTC'), hour),
  ],
  [
    'INVALID_SHARE',
    'part: is not within the whole period.',
    () => dayShare(monthPeriod('2026-01', 'UTC'), monthPeriod('2026-02', 'UTC'), 'UTC'),
  ],
  [
    'TOO_MANY',
    'whole: has more than 8808 hours.',
    () => hoursOf(period(start, start.add({ hours: 8_809 }))),
  ],
];

test.each(refusals)('%s says that %s', (reason, message, call) => {
  const error = thrownBy(call);
  expect(error.name).toBe('PeriodError');
  expect(error.reason).toBe(reason);
  expect(error.message).toBe(message);
  expect(error.violations[0]?.field).toBe(message.split(':')[0]);
});

const manifold: [reason: string, violations: string[], call: () => unknown][] = [
  [
    'INVALID_CYCLE',
    ['unit choice', 'count range', 'zone iana_name'],
    () => calendarCycle({ unit: 'hour' as CycleUnit, count: 0.5, zone: '' }),
  ],
  [
    'INVALID_CYCLE',
    ['unit choice', 'count range', 'zone iana_name'],
    () => anniversaryCycle({ unit: 'hour' as CycleUnit, count: 1_201, zone: 'T10Z', start }),
  ],
  ['INVALID_MONTH', ['month pattern', 'zone iana_name'], () => monthPeriod('2026-13', 'Z')],
  ['INVALID_ZONE', ['zone iana_name'], () => monthPeriod('2026-12', 'Z')],
  [
    'INVALID_DURATION',
    ['years known', 'months range', 'days range', 'zone iana_name'],
    () => after(start, { years: 1, months: 0.5, weeks: 1, days: -1 } as object, 'Z'),
  ],
  [
    'INVALID_SHARE',
    ['part ordered', 'whole ordered', 'part within_whole', 'zone iana_name'],
    () => dayShare({ start: lastInstant, end: hour.end }, reversed, 'Z'),
  ],
  [
    'INVALID_SHARE',
    ['part within_whole', 'whole not_empty'],
    () => secondShare(hour, { start, end: start }),
  ],
  [
    'INVALID_TERM',
    ['end not_before_start', 'number not_negative'],
    () => termPeriod({ cycle: months, ...reversed }, -1),
  ],
  ['INVALID_NUMBER', ['number not_negative'], () => termPeriod({ cycle: months, start }, -1)],
  ['INVALID_NUMBER', ['number range'], () => cyclePeriod(months, Number.NaN)],
  ['INVALID_NUMBER', ['number within_time'], () => cyclePeriod(tooFar, 1_000)],
  ['INVALID_INSTANT', ['instant range'], () => cycleNumber(days, lastInstant)],
  [
    'INVALID_INSTANT',
    ['instant range'],
    () => monthName(Temporal.Instant.from('+010000-01-01T00:00:00Z'), 'UTC'),
  ],
  ['INVALID_INSTANT', ['instant within_time'], () => hourOf(lastInstant)],
  ['INVALID_DATE', ['date within_time'], () => endOfDay(lastDate, 'UTC')],
  ['INVALID_DURATION', ['duration within_time'], () => after(lastInstant, { days: 1 }, 'UTC')],
  ['INVALID_SHARE', ['whole days_min_1'], () => dayShare(hour, hour, 'UTC')],
  ['EMPTY_PERIOD', ['end after_start'], () => period(start, start)],
  ['TOO_MANY', ['whole hours_max_8808'], () => hoursOf(period(start, lastInstant))],
];

test.each(manifold)('%s names every broken rule at once: %j', (reason, violations, call) => {
  const error = thrownBy(call);
  expect(error.reason).toBe(reason);
  expect(error.violations.map(({ field, rule }) => `${field} ${rule}`)).toEqual(violations);
  const sentences = error.violations.map(({ field, message }) => `${field}: ${message}`);
  expect(error.message).toBe(sentences.join(' '));
});

test('what is no cycle at all is an error of the program, not of an instant', () => {
  expect(() => cycleNumber({} as Cycle, start)).toThrow(TypeError);
});

test.each([
  ['a length', () => after(lastInstant, { days: 1 }, 'UTC')],
  ['an instant', () => cycleNumber(days, lastInstant)],
  ['a zone', () => monthPeriod('2026-01', 'Europe/Atlantis')],
  ['a date', () => endOfDay(lastDate, 'UTC')],
  ['a number', () => cyclePeriod(tooFar, 1_000)],
])('%s that the runtime refuses carries its reason as the cause', (_, call) => {
  expect(Error.isError(thrownBy(call).cause)).toBe(true);
});

test('every bound of a number belongs to what is allowed', () => {
  expect(later(100_000)().toString()).toBe('2299-10-17T00:00:00Z');
  expect(after(start, { days: 0 }, 'UTC').equals(start)).toBe(true);
  for (const number of [1_000_000, -1_000_000]) {
    expect(cycleNumber(days, cyclePeriod(days, number).start)).toBe(number);
  }
  for (const count of [1, 1_200]) {
    expect(calendarCycle({ unit: 'day', count, zone: 'UTC' }).count).toBe(count);
  }
  expect(hoursOf(period(start, start.add({ hours: 8_808 })))).toHaveLength(8_808);
});

function thrownBy(call: () => unknown): PeriodError {
  try {
    call();
  } catch (error) {
    if (error instanceof PeriodError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
