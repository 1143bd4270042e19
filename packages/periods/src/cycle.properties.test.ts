import { expect, test } from '@jest/globals';
import { checkProperty, everyOf } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type Cycle, calendarCycle, contains, cycleNumber, cyclePeriod, zoneId } from './index.ts';
import { isBefore } from './period.ts';
import { changesOfClocks, cycleIn, instantIn, ZONES } from './testing/zones.ts';

test('all zones of the runtime are there, with the links to them', () => {
  expect(ZONES.length).toBeGreaterThan(550);
  for (const zone of ZONES) expect(zoneId(zone)).toBe(zone);
});

/**
 * Bounds are ordered on the wall, at least a day apart, and the same clock shows them in the same
 * order; only where clocks change between two bounds could they meet or cross. So the periods around
 * every change prove for all instants between 1990 and 2060 what is checked here.
 */
test('every instant from 1990 to 2060 lies in exactly one period, for every zone and anchor', () => {
  for (const [entry, zone] of everyOf(ZONES).entries()) {
    const changes = changesOfClocks(zone);
    const cycle = cycleIn(zone, changes);
    checkProperty(
      fc.property(cycle, fc.array(instantIn(changes), { maxLength: 3 }), (row, others) => {
        for (const moment of [...changes, ...others]) expectOnePeriod(row, moment);
      }),
      { entry },
    );
  }
}, 600_000);

test('every day of every zone is a period, also the days that were left out or came twice', () => {
  for (const zone of everyOf(ZONES)) {
    const days = calendarCycle({ unit: 'day', zone });
    for (const change of changesOfClocks(zone)) expectOnePeriod(days, change);
  }
}, 600_000);

test('a period is found by its number alone, whatever was asked before', () => {
  const zones = fc.constantFrom(...ZONES);
  const asked = zones.chain((zone) =>
    fc.tuple(
      cycleIn(zone, changesOfClocks(zone)),
      fc.oneof(fc.constant(0), fc.integer({ min: -900, max: 900 })),
    ),
  );
  checkProperty(
    fc.property(asked, ([row, number]) => {
      const { start, end } = cyclePeriod(row, number);
      const units = number * row.count;
      const later = row.unit === 'quarter' ? { months: 3 * units } : { [`${row.unit}s`]: units };
      const wall = row.anchor.toPlainDateTime().add(later);
      const first = wall.toZonedDateTime(row.anchor.timeZoneId).toInstant();
      expect(`${start}`).toBe(`${number === 0 ? row.anchor.toInstant() : first}`);
      if (isBefore(start, end)) expect(cycleNumber(row, start)).toBe(number);
    }),
    { runs: 500 },
  );
});

/** The period of the moment has it alone, and its bounds belong where half-open ones do. */
function expectOnePeriod(row: Cycle, moment: Temporal.Instant): void {
  const number = cycleNumber(row, moment);
  const periods = [-1, 0, 1].map((step) => cyclePeriod(row, number + step));
  const [before, own, behind] = periods;
  if (before === undefined || own === undefined || behind === undefined) return;
  const isOrdered =
    before.end.equals(own.start) &&
    own.end.equals(behind.start) &&
    periods.every(({ start, end }) => !isBefore(end, start));
  const places = periods.map((part) => contains(part, moment)).join();
  const last = own.end.subtract({ nanoseconds: 1 });
  const found = [cycleNumber(row, own.start), cycleNumber(row, last)];
  // The next instant lies in the next period, or behind a day that the zone left out.
  const next = cycleNumber(row, own.end);
  const skipped = cyclePeriod(row, next).start.equals(own.end);
  // One comparison: millions of them are made.
  const facts = { isOrdered, places, found, skipped, isLater: next > number };
  if (isOrdered && places === 'false,true,false' && skipped && next > number) {
    if (found.every((each) => each === number)) return;
  }
  expect({ row, moment, ...facts }).toBe('one period');
}
