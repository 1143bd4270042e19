import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  anniversaryCycle,
  type Cycle,
  type CycleUnit,
  calendarCycle,
  contains,
  cycleNumber,
  cyclePeriod,
} from './index.ts';

const at = (text: string) => Temporal.Instant.from(text);
const zones = Intl.supportedValuesOf('timeZone');
const from = at('1990-01-01T00:00:00Z').epochMilliseconds;
const to = at('2060-01-01T00:00:00Z').epochMilliseconds;
const instant = fc
  .integer({ min: from, max: to })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const unit = fc.constantFrom<CycleUnit>('day', 'week', 'month', 'quarter', 'year');
const every = { unit, count: fc.integer({ min: 1, max: 14 }), zone: fc.constantFrom(...zones) };
const cycle: fc.Arbitrary<Cycle> = fc.oneof(
  fc.record(every).map(calendarCycle),
  fc.record({ ...every, start: instant }).map(anniversaryCycle),
);

interface Vector {
  name: string;
  unit: CycleUnit;
  count: number;
  zone: string;
  start?: string;
  first: number;
  bounds: string[];
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/cycles.json', import.meta.url), 'utf8'),
);

test.each(vectors)('$name', ({ start, first, bounds, ...given }) => {
  const row =
    start === undefined ? calendarCycle(given) : anniversaryCycle({ ...given, start: at(start) });
  const computed = bounds.map((_, index) => cyclePeriod(row, first + index).start.toString());
  expect(computed).toEqual(bounds);
});

test('every instant lies in exactly one period, and its neighbours touch it', () => {
  checkProperty(
    fc.property(cycle, instant, (row, moment) => {
      const number = cycleNumber(row, moment);
      const own = cyclePeriod(row, number);
      const [before, behind] = [cyclePeriod(row, number - 1), cyclePeriod(row, number + 1)];
      expect([before, own, behind].map((part) => contains(part, moment))).toEqual([
        false,
        true,
        false,
      ]);
      expect(before.end.equals(own.start) && own.end.equals(behind.start)).toBe(true);
    }),
    { runs: 1_000 },
  );
});

test('both bounds of a period find it or its neighbour, in every zone', () => {
  for (const zone of zones) {
    for (const row of [
      calendarCycle({ unit: 'day', zone }),
      anniversaryCycle({ unit: 'month', zone, start: at('2011-07-31T02:30:00Z') }),
    ]) {
      const number = cycleNumber(row, at('2011-12-30T09:59:59.999Z'));
      const { start, end } = cyclePeriod(row, number);
      expect(cycleNumber(row, start)).toBe(number);
      expect(cycleNumber(row, end.subtract({ nanoseconds: 1 }))).toBe(number);
      expect(cycleNumber(row, end)).toBeGreaterThan(number);
    }
  }
});

test('period 0 of an anniversary begins at its start, also in the hour that comes twice', () => {
  checkProperty(
    fc.property(fc.record({ ...every, start: instant }), (given) => {
      const row = anniversaryCycle(given);
      expect(cycleNumber(row, given.start)).toBe(0);
      expect(`${cyclePeriod(row, 0).start}`).toBe(`${given.start}`);
    }),
  );
  const start = at('2026-10-25T01:30:00Z');
  const row = anniversaryCycle({ unit: 'month', zone: 'Europe/Berlin', start });
  expect(`${cyclePeriod(row, 0).start}`).toBe('2026-10-25T01:30:00Z');
  expect(cycleNumber(row, at('2026-10-25T00:30:00Z'))).toBe(-1);
});

test('a quarter is three months, in January, April, July and October on the calendar', () => {
  const row = calendarCycle({ unit: 'quarter', zone: 'Europe/Berlin' });
  const { start, end } = cyclePeriod(row, cycleNumber(row, at('2026-05-10T00:00:00Z')));
  expect(`${start} ${end}`).toBe('2026-03-31T22:00:00Z 2026-06-30T22:00:00Z');
});

test.each([0, -1, 1.5, 1_201, Number.NaN])('refuses %d units per period', (count) => {
  const error = expect.objectContaining({ reason: 'INVALID_CYCLE' });
  expect(() => calendarCycle({ unit: 'month', count, zone: 'UTC' })).toThrow(error);
});

test.each([0.5, 1_000_001, -1_000_001, Number.NaN])(
  'refuses %d as the number of a period',
  (number) => {
    const error = expect.objectContaining({ reason: 'INVALID_NUMBER' });
    expect(() => cyclePeriod(calendarCycle({ unit: 'day', zone: 'UTC' }), number)).toThrow(error);
  },
);
