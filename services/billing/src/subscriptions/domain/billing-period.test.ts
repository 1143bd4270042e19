import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { periodsInAdvance } from './billing-period.ts';

const instants = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2032-01-01'), noInvalidDate: true })
  .map((date) => Temporal.Instant.fromEpochMilliseconds(date.getTime()));

test('a subscription begins with its whole calendar month in UTC and the next one', () => {
  const now = Temporal.Instant.from('2028-02-29T23:59:59.999Z');
  const periods = periodsInAdvance({ number: 1, from: now, now });
  expect(
    periods.map(({ number, start, end }) => [number, start.toString(), end.toString()]),
  ).toEqual([
    [1, '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    [2, '2028-03-01T00:00:00Z', '2028-04-01T00:00:00Z'],
  ]);
});

test('after a pause of months none is left out', () => {
  const from = Temporal.Instant.from('2026-11-01T00:00:00Z');
  const now = Temporal.Instant.from('2027-02-10T00:00:00Z');
  const periods = periodsInAdvance({ number: 3, from, now });
  expect(periods.map(({ number, start }) => `${number} ${start.toString()}`)).toEqual([
    '3 2026-11-01T00:00:00Z',
    '4 2026-12-01T00:00:00Z',
    '5 2027-01-01T00:00:00Z',
    '6 2027-02-01T00:00:00Z',
    '7 2027-03-01T00:00:00Z',
  ]);
});

test('periods follow one another without gap or overlap, one contains now, one lies ahead', () => {
  checkProperty(
    fc.property(instants, fc.integer({ min: 0, max: 400 * 24 }), (from, hours) => {
      const now = from.add({ hours });
      const periods = periodsInAdvance({ number: 1, from, now });
      periods.forEach((period, index) => {
        expect(period.number).toBe(index + 1);
        const next = periods[index + 1];
        if (next) expect(next.start.equals(period.end)).toBe(true);
      });
      const holding = periods.filter(
        ({ start, end }) =>
          Temporal.Instant.compare(start, now) <= 0 && Temporal.Instant.compare(now, end) < 0,
      );
      expect(holding).toEqual([periods.at(-2)]);
    }),
  );
});
