import { expect, test } from '@jest/globals';
import { calendarMonth, monthName } from '@tollgate/periods';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { slotAt, slotOfIndex, slotOfText, startOfSlot } from './slot.ts';

/** Of the years 1970 to 9999. */
const indexes = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 45) / 900_000 });

test('a slot lies in its calendar month, whose end is that of billing', () => {
  checkProperty(
    fc.property(indexes, (index) => {
      const slot = slotOfIndex(index);
      const start = startOfSlot(slot);
      expect(slot.month).toBe(monthName(start, 'UTC'));
      expect(slot.monthEndMs).toBe(calendarMonth(start, 'UTC').end.epochMilliseconds);
    }),
  );
});

test('a slot is found by its text', () => {
  checkProperty(
    fc.property(indexes, (index) => {
      const slot = slotOfIndex(index);
      expect(slotOfText(slot.text)).toEqual(slot);
    }),
  );
});

test('a slot is found by its first microsecond, its last, and each between', () => {
  // Until 2255, where microseconds are exact.
  const index = fc.integer({ min: 0, max: Math.floor(2 ** 53 / 900_000_000) - 1 });
  const within = fc.oneof(fc.constantFrom(0, 899_999_999), fc.nat(899_999_999));
  checkProperty(
    fc.property(index, within, (slot, withinUs) => {
      expect(slotAt(slot * 900_000_000 + withinUs)).toEqual(slotOfIndex(slot));
    }),
  );
});

test('the last slot of a month and the first of the next are told apart', () => {
  const february = slotOfText('2028-02-29T23:45');
  expect(february?.monthEndMs).toBe(Date.UTC(2028, 2, 1));
  expect(slotOfText('2028-03-01T00')?.monthEndMs).toBe(Date.UTC(2028, 3, 1));
  expect(slotOfText('2026-12-31T23:45')?.monthEndMs).toBe(Date.UTC(2027, 0, 1));
});

test('an hour of when usage was counted by hours is its first slot, and has one text', () => {
  const texts = [0, 15, 30, 45].map(
    (minute) => slotAt(Date.UTC(2026, 10, 21, 1, minute) * 1_000).text,
  );
  expect(texts).toEqual([
    '2026-11-21T01',
    '2026-11-21T01:15',
    '2026-11-21T01:30',
    '2026-11-21T01:45',
  ]);
  expect(slotOfText('2026-11-21T01:00')).toBeUndefined();
  expect(slotOfText('2026-11-21T01:20')).toBeUndefined();
});
