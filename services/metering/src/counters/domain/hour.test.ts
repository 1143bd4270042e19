import { expect, test } from '@jest/globals';
import { calendarMonth, monthName } from '@tollgate/periods';
import fc from 'fast-check';
import { hourAt, hourOfIndex, hourOfText, startOfHour } from './hour.ts';

/** Of the years 1970 to 9999. */
const indexes = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23) / 3_600_000 });

test('an hour lies in its calendar month, whose end is that of billing', () => {
  fc.assert(
    fc.property(indexes, (index) => {
      const hour = hourOfIndex(index);
      const start = startOfHour(hour);
      expect(hour.month).toBe(monthName(start, 'UTC'));
      expect(hour.monthEndMs).toBe(calendarMonth(start, 'UTC').end.epochMilliseconds);
    }),
  );
});

test('an hour is found by its text', () => {
  fc.assert(
    fc.property(indexes, (index) => {
      const hour = hourOfIndex(index);
      expect(hourOfText(hour.text)).toEqual(hour);
    }),
  );
});

test('an hour is found by its first microsecond, its last, and each between', () => {
  // Until 2255, where microseconds are exact.
  const index = fc.integer({ min: 0, max: Math.floor(2 ** 53 / 3_600_000_000) - 1 });
  const within = fc.oneof(fc.constantFrom(0, 3_599_999_999), fc.nat(3_599_999_999));
  fc.assert(
    fc.property(index, within, (hour, withinUs) => {
      expect(hourAt(hour * 3_600_000_000 + withinUs)).toEqual(hourOfIndex(hour));
    }),
  );
});

test('the last hour of a month and the first of the next are told apart', () => {
  const february = hourOfText('2028-02-29T23');
  expect(february?.monthEndMs).toBe(Date.UTC(2028, 2, 1));
  expect(hourOfText('2028-03-01T00')?.monthEndMs).toBe(Date.UTC(2028, 3, 1));
  expect(hourOfText('2026-12-31T23')?.monthEndMs).toBe(Date.UTC(2027, 0, 1));
});
