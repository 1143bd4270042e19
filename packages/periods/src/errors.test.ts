import { expect, test } from '@jest/globals';
import {
  after,
  anniversaryCycle,
  type CycleUnit,
  calendarCycle,
  cycleNumber,
  cyclePeriod,
  dayShare,
  endOfDay,
  hoursOf,
  monthPeriod,
  PeriodError,
  period,
  secondShare,
  termPeriod,
} from './index.ts';

const start = Temporal.Instant.from('2026-01-01T00:00:00Z');
const hour = period(start, start.add({ hours: 1 }));
const months = calendarCycle({ unit: 'month', zone: 'UTC' });
const later = (days: number) => () => after(start, { days }, 'UTC');
const tooFar = calendarCycle({ unit: 'year', count: 1_200, zone: 'UTC' });

const refusals: [reason: string, message: string, call: () => unknown][] = [
  [
    'EMPTY_PERIOD',
    'end: 2026-01-01T00:00:00Z is not after the start 2026-01-01T00:00:00Z.',
    () => period(start, start),
  ],
  [
    'INVALID_ZONE',
    'zone: "Europe/Atlantis" is not an IANA time zone.',
    () => monthPeriod('2026-01', 'Europe/Atlantis'),
  ],
  [
    'INVALID_ZONE',
    'zone: "+02:00" is not an IANA time zone.',
    () => monthPeriod('2026-01', '+02:00'),
  ],
  [
    'INVALID_ZONE',
    'zone: "-02:00" is not an IANA time zone.',
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
    'unit: must be one of day, week, month, year.',
    () => calendarCycle({ unit: 'hour' as CycleUnit, zone: 'UTC' }),
  ],
  [
    'INVALID_CYCLE',
    'unit: must be one of day, week, month, year.',
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
  [
    'INVALID_NUMBER',
    'number: must be a whole number, at most a million.',
    () => cycleNumber(calendarCycle({ unit: 'day', zone: 'UTC' }), start.add({ hours: 24e6 })),
  ],
  ['INVALID_NUMBER', 'number: is beyond the end of time.', () => cyclePeriod(tooFar, 1_000)],
  [
    'INVALID_NUMBER',
    'number: must not be negative.',
    () => termPeriod({ cycle: months, start }, -1),
  ],
  [
    'INVALID_DATE',
    'date: is beyond the end of time.',
    () => endOfDay(Temporal.PlainDate.from('+275760-09-13'), 'UTC'),
  ],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(-1)],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(0.5)],
  ['INVALID_DURATION', 'days: must be a whole number from 0 to 100000.', later(100_001)],
  [
    'INVALID_DURATION',
    'months: must be a whole number from 0 to 100000.',
    () => after(start, { months: -1 }, 'UTC'),
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
  expect(error.field).toBe(message.split(':')[0]);
});

test.each([
  ['a zone', () => monthPeriod('2026-01', 'Europe/Atlantis')],
  ['a date', () => endOfDay(Temporal.PlainDate.from('+275760-09-13'), 'UTC')],
  ['a number', () => cyclePeriod(tooFar, 1_000)],
])('%s that the runtime refuses carries its reason as the cause', (_, call) => {
  expect(Error.isError(thrownBy(call).cause)).toBe(true);
});

test('every bound of a number belongs to what is allowed', () => {
  expect(later(100_000)().toString()).toBe('2299-10-17T00:00:00Z');
  expect(after(start, { days: 0 }, 'UTC').equals(start)).toBe(true);
  const days = calendarCycle({ unit: 'day', zone: 'UTC' });
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
