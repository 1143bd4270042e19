import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  anniversaryCycle,
  calendarCycle,
  contains,
  cycleNumber,
  cyclePeriod,
  dayShare,
  intersection,
  monthPeriod,
  type Period,
  period,
  type Share,
  samePeriod,
  secondShare,
  split,
  termPeriod,
  termPeriodAt,
} from './index.ts';

const at = (text: string) => Temporal.Instant.from(text);
const shown = (part: Period | undefined) => part && `${part.start}/${part.end}`;
const zone = 'Europe/Berlin';

test('the day of a change belongs to what comes after it', () => {
  const march = monthPeriod('2026-03', zone);
  const [before, behind] = split(march, [at('2026-03-15T14:00:00Z')]);
  expect(dayShare(before as Period, march, zone)).toEqual({ numerator: 14n, denominator: 31n });
  expect(dayShare(behind as Period, march, zone)).toEqual({ numerator: 17n, denominator: 31n });
});

test('by time, the month in which clocks change has an hour less', () => {
  const march = monthPeriod('2026-03', zone);
  const part = period(march.start, march.start.add({ hours: 24 }));
  const hour = 3_600_000_000_000n;
  expect(secondShare(part, march)).toEqual({ numerator: 24n * hour, denominator: 743n * hour });
});

test('however a period is split, the shares of its segments add up to one', () => {
  const whole = monthPeriod('2026-10', zone);
  const [first, last] = [whole.start.epochMilliseconds, whole.end.epochMilliseconds];
  const change = fc
    .integer({ min: first - 1_000, max: last + 1_000 })
    .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
  checkProperty(
    fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
      const segments = split(whole, changes);
      expect(segments[0]?.start.equals(whole.start)).toBe(true);
      expect(segments.at(-1)?.end.equals(whole.end)).toBe(true);
      for (const shares of [
        segments.map((part) => dayShare(part, whole, zone)),
        segments.map((part) => secondShare(part, whole)),
      ]) {
        expect(sumOfNumerators(shares)).toBe(shares[0]?.denominator);
      }
    }),
  );
});

test('a date that comes again after midnight takes no day back', () => {
  const newfoundland = 'America/St_Johns';
  const november = monthPeriod('2009-11', newfoundland);
  const moment = at('2009-11-01T02:45:00Z');
  const [before, behind] = split(november, [moment]);
  expect(dayShare(before as Period, november, newfoundland).numerator).toBe(0n);
  expect(dayShare(behind as Period, november, newfoundland).numerator).toBe(30n);
});

test('a period has its start and not its end', () => {
  const march = monthPeriod('2026-03', zone);
  expect(contains(march, march.start)).toBe(true);
  expect(contains(march, march.end)).toBe(false);
  expect(intersection(march, monthPeriod('2026-04', zone))).toBeUndefined();
});

test('periods are the same when both bounds are', () => {
  const march = monthPeriod('2026-03', zone);
  const later = march.end.add({ hours: 1 });
  expect(samePeriod(march, monthPeriod('2026-03', zone))).toBe(true);
  expect(samePeriod(march, period(march.start, later))).toBe(false);
  expect(samePeriod(period(march.end, later), period(march.start, later))).toBe(false);
});

test('changes at the bounds, outside and twice cut nothing', () => {
  const whole = monthPeriod('2026-04', 'UTC');
  const change = at('2026-04-10T00:00:00Z');
  const outside = at('2027-01-01T00:00:00Z');
  const segments = split(whole, [change, whole.start, outside, change, whole.end]);
  expect(segments.map(shown)).toEqual([
    '2026-04-01T00:00:00Z/2026-04-10T00:00:00Z',
    '2026-04-10T00:00:00Z/2026-05-01T00:00:00Z',
  ]);
});

test('a share of something that is not inside is refused', () => {
  const march = monthPeriod('2026-03', zone);
  const error = expect.objectContaining({ reason: 'INVALID_SHARE' });
  expect(() => secondShare(monthPeriod('2026-04', zone), march)).toThrow(error);
  const early = period(march.start.subtract({ hours: 1 }), march.end);
  expect(() => secondShare(early, march)).toThrow(error);
  const noon = at('2026-03-10T12:00:00Z');
  const hour = period(noon, noon.add({ hours: 1 }));
  expect(() => dayShare(hour, hour, zone)).toThrow(error);
});

test('a subscription on the calendar has a short first and last period', () => {
  const term = {
    cycle: calendarCycle({ unit: 'month', zone: 'UTC' }),
    start: at('2026-01-20T08:00:00Z'),
    end: at('2026-03-05T00:00:00Z'),
  };
  expect([0, 1, 2, 3].map((number) => shown(termPeriod(term, number)?.period))).toEqual([
    '2026-01-20T08:00:00Z/2026-02-01T00:00:00Z',
    '2026-02-01T00:00:00Z/2026-03-01T00:00:00Z',
    '2026-03-01T00:00:00Z/2026-03-05T00:00:00Z',
    undefined,
  ]);
  expect(shown(termPeriod(term, 0)?.whole)).toBe('2026-01-01T00:00:00Z/2026-02-01T00:00:00Z');
  expect(termPeriodAt(term, at('2026-02-28T23:59:59Z'))?.number).toBe(1);
  expect(termPeriodAt(term, at('2026-01-20T07:59:59Z'))).toBeUndefined();
  expect(termPeriodAt(term, term.end)).toBeUndefined();
  expect(() => termPeriod(term, -1)).toThrow(expect.objectContaining({ reason: 'INVALID_NUMBER' }));
});

test('a period without an instant has no shares, and a reversed one none of anything', () => {
  const error = expect.objectContaining({ reason: 'INVALID_SHARE' });
  const days = calendarCycle({ unit: 'day', zone: 'Pacific/Apia' });
  const leftOut = cyclePeriod(days, cycleNumber(days, at('2011-12-30T09:00:00Z')) + 1);
  expect(`${leftOut.start}`).toBe(`${leftOut.end}`);
  expect(() => secondShare(leftOut, leftOut)).toThrow(error);
  expect(() => dayShare(leftOut, leftOut, 'Pacific/Apia')).toThrow(error);
  const march = monthPeriod('2026-03', zone);
  const reversed = { start: at('2026-03-20T00:00:00Z'), end: at('2026-03-10T00:00:00Z') };
  expect(() => secondShare(reversed, march)).toThrow(error);
  expect(() => dayShare(reversed, march, zone)).toThrow(error);
  expect(() => secondShare(reversed, reversed)).toThrow(error);
});

test('a term that ends before it starts is refused, one that ends at its start has no period', () => {
  const start = at('2026-01-20T08:00:00Z');
  const cycle = calendarCycle({ unit: 'month', zone: 'UTC' });
  const reversed = { cycle, start, end: at('2026-01-20T07:59:59Z') };
  const error = expect.objectContaining({ reason: 'INVALID_TERM' });
  expect(() => termPeriod(reversed, 0)).toThrow(error);
  expect(() => termPeriodAt(reversed, start)).toThrow(error);
  expect(termPeriod({ cycle, start, end: start }, 0)).toBeUndefined();
  expect(termPeriodAt({ cycle, start, end: start }, start)).toBeUndefined();
});

test.each(['day', 'week', 'month', 'quarter', 'year'] as const)(
  'a full first %s is charged in full, also from the second of two equal hours',
  (unit) => {
    const start = at('2026-10-25T01:30:00Z');
    const first = termPeriod({ cycle: anniversaryCycle({ unit, zone, start }), start }, 0);
    expect(shown(first?.period)).toBe(shown(first?.whole));
  },
);

test('a subscription on its anniversary begins with a full period', () => {
  const start = at('2026-01-31T08:00:00Z');
  const term = { cycle: anniversaryCycle({ unit: 'month', zone: 'UTC', start }), start };
  const first = termPeriod(term, 0);
  expect(shown(first?.period)).toBe('2026-01-31T08:00:00Z/2026-02-28T08:00:00Z');
  expect(shown(first?.whole)).toBe(shown(first?.period));
  expect(termPeriodAt(term, at('2030-01-31T08:00:00Z'))?.number).toBe(48);
});

function sumOfNumerators(shares: readonly Share[]): bigint {
  return shares.reduce((total, { numerator }) => total + numerator, 0n);
}
