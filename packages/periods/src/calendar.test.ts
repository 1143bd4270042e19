import { expect, test } from '@jest/globals';
import {
  after,
  calendarDay,
  calendarMonth,
  contains,
  endOfDay,
  hourOf,
  hoursOf,
  monthName,
  monthPeriod,
  PeriodError,
  period,
} from './index.ts';

const at = (text: string) => Temporal.Instant.from(text);
const shown = ({ start, end }: { start: Temporal.Instant; end: Temporal.Instant }) =>
  `${start}/${end}`;

test.each([
  ['2026-03-31T23:59:59.999Z', 'UTC', '2026-03-01T00:00:00Z/2026-04-01T00:00:00Z'],
  ['2026-03-31T22:00:00Z', 'Europe/Berlin', '2026-03-31T22:00:00Z/2026-04-30T22:00:00Z'],
  ['2026-03-31T21:59:59Z', 'Europe/Berlin', '2026-02-28T23:00:00Z/2026-03-31T22:00:00Z'],
  ['2028-02-29T12:00:00Z', 'Asia/Kolkata', '2028-01-31T18:30:00Z/2028-02-29T18:30:00Z'],
  ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-01T10:00:00Z/2011-12-31T10:00:00Z'],
])('the month of %s in %s runs from midnight to midnight there', (instant, zone, bounds) => {
  const month = calendarMonth(at(instant), zone);
  expect(shown(month)).toBe(bounds);
  expect(contains(month, at(instant))).toBe(true);
  expect(shown(monthPeriod(monthName(at(instant), zone), zone))).toBe(bounds);
});

test('a day has 23 hours in spring and 25 in autumn', () => {
  expect(hoursOf(calendarDay(at('2026-03-29T12:00:00Z'), 'Europe/Berlin'))).toHaveLength(23);
  expect(hoursOf(calendarDay(at('2026-10-25T12:00:00Z'), 'Europe/Berlin'))).toHaveLength(25);
});

test('a day whose midnight is skipped begins at its first instant', () => {
  const day = calendarDay(at('2018-11-04T12:00:00Z'), 'America/Sao_Paulo');
  expect(shown(day)).toBe('2018-11-04T03:00:00Z/2018-11-05T02:00:00Z');
});

test('an instant whose old date came again after midnight lies in the new day and month', () => {
  const zone = 'America/St_Johns';
  const moment = at('2009-11-01T02:45:00Z');
  expect(moment.toZonedDateTimeISO(zone).toPlainDate().toString()).toBe('2009-10-31');
  expect(contains(calendarDay(moment, zone), moment)).toBe(true);
  expect(contains(calendarMonth(moment, zone), moment)).toBe(true);
  expect(monthName(moment, zone)).toBe('2009-11');
});

test('a name of a month is that of its period at both ends of the years with four digits', () => {
  for (const moment of [at('0000-01-01T00:00:00Z'), at('9999-12-31T23:59:59Z')]) {
    expect(contains(monthPeriod(monthName(moment, 'UTC'), 'UTC'), moment)).toBe(true);
  }
});

test('a day ends at its first midnight, also where its last hour then comes again', () => {
  const zone = 'America/St_Johns';
  const end = endOfDay(Temporal.PlainDate.from('2010-11-06'), zone);
  expect(`${end}`).toBe('2010-11-07T02:30:00Z');
  const again = end.add({ minutes: 30 });
  expect(again.toZonedDateTimeISO(zone).toPlainDate().toString()).toBe('2010-11-06');
  expect(calendarDay(again, zone).start.equals(end)).toBe(true);
});

test('"ends on the 20th" is the instant at which the 21st begins for the customer', () => {
  const end = endOfDay(Temporal.PlainDate.from('2026-03-20'), 'America/New_York');
  expect(end.toString()).toBe('2026-03-21T04:00:00Z');
});

test('a trial ends at the same time of day, also across a change of clocks', () => {
  const end = after(at('2026-03-20T09:00:00Z'), { days: 14 }, 'Europe/Berlin');
  expect(end.toString()).toBe('2026-04-03T08:00:00Z');
});

test('a trial never ends before its start, and one of no length ends at it', () => {
  const start = at('2026-10-25T01:30:00Z');
  for (const none of [{}, { days: 0 }, { days: 0, weeks: 0, months: 0 }]) {
    expect(`${after(start, none, 'Europe/Berlin')}`).toBe(`${start}`);
  }
  expect(`${after(start, { days: 1 }, 'Europe/Berlin')}`).toBe('2026-10-26T01:30:00Z');
});

test('a length in a unit that is none is refused, not ignored', () => {
  const years = { years: 1 } as object;
  const error = expect.objectContaining({ reason: 'INVALID_DURATION' });
  expect(() => after(newYear, years, 'UTC')).toThrow(error);
});

test('a period without an instant touches no hour', () => {
  for (const moment of [at('2026-01-01T00:30:00Z'), newYear, at('+275760-09-13T00:00:00Z')]) {
    expect(hoursOf({ start: moment, end: moment })).toEqual([]);
    expect(hoursOf({ start: moment, end: moment.subtract({ minutes: 1 }) })).toEqual([]);
  }
});

test('the last hour of Temporal is an hour, too', () => {
  const [last] = hoursOf(period(at('+275760-09-12T23:15:00Z'), at('+275760-09-13T00:00:00Z')));
  expect(last && shown(last)).toBe('+275760-09-12T23:00:00Z/+275760-09-13T00:00:00Z');
});

test('the hour of an instant contains it, also before 1970', () => {
  expect(shown(hourOf(at('2026-01-01T00:00:00Z')))).toBe(
    '2026-01-01T00:00:00Z/2026-01-01T01:00:00Z',
  );
  expect(shown(hourOf(at('1969-12-31T23:59:59.999999999Z')))).toBe(
    '1969-12-31T23:00:00Z/1970-01-01T00:00:00Z',
  );
});

test('a month in a zone that is half an hour off touches one hour more than it is long', () => {
  expect(hoursOf(monthPeriod('2026-04', 'Asia/Kolkata'))).toHaveLength(30 * 24 + 1);
  expect(hoursOf(monthPeriod('2026-04', 'Europe/Berlin'))).toHaveLength(30 * 24);
});

const newYear = at('2026-01-01T00:00:00Z');

test.each([
  ['an unknown zone', 'INVALID_ZONE', () => calendarMonth(newYear, 'Europe/Atlantis')],
  ['an offset as a zone', 'INVALID_ZONE', () => calendarMonth(newYear, '+02:00')],
  ['a thirteenth month', 'INVALID_MONTH', () => monthPeriod('2026-13', 'UTC')],
  ['a month of one digit', 'INVALID_MONTH', () => monthPeriod('2026-1', 'UTC')],
  ['a period without an instant', 'EMPTY_PERIOD', () => period(newYear, newYear)],
  ['too many hours', 'TOO_MANY', () => hoursOf(period(newYear, newYear.add({ hours: 8_809 })))],
])('refuses %s with %s', (_, reason, call) => {
  expect(call).toThrow(PeriodError);
  expect(call).toThrow(expect.objectContaining({ reason }));
});
