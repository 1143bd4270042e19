import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  after,
  anniversaryCycle,
  type Cycle,
  type CycleUnit,
  contains,
  cycleNumber,
  cyclePeriod,
  dayShare,
  endOfDay,
  type Period,
  type Share,
  samePeriod,
  secondShare,
  split,
  type Term,
  type TermPeriod,
  termPeriod,
  termPeriodAt,
} from './index.ts';
import { isBefore } from './period.ts';
import { changesOfClocks, cycleIn, instant, instantIn, ZONES } from './testing/zones.ts';

interface Given {
  readonly row: Cycle;
  readonly whole: Period;
  readonly cuts: readonly Temporal.Instant[];
}

/** A period of any cycle, often around a change of clocks, and instants in and around it. */
const given: fc.Arbitrary<Given> = fc.constantFrom(...ZONES).chain((zone) => {
  const changes = changesOfClocks(zone);
  return fc
    .tuple(
      cycleIn(zone, changes),
      instantIn(changes),
      fc.array(fc.tuple(fc.bigInt({ min: -5n, max: 105n }), fc.nat(3_600)), { maxLength: 6 }),
    )
    .map(([row, moment, places]) => {
      const whole = cyclePeriod(row, cycleNumber(row, moment));
      const length = whole.end.epochNanoseconds - whole.start.epochNanoseconds;
      const cuts = places.map(([percent, seconds]) =>
        Temporal.Instant.fromEpochNanoseconds(
          whole.start.epochNanoseconds + (length * percent) / 100n,
        ).add({ seconds }),
      );
      return { row, whole, cuts };
    });
});

test('a period split anywhere is itself again, without a gap and without an overlap', () => {
  checkProperty(
    fc.property(given, ({ whole, cuts }) => {
      const segments = split(whole, cuts);
      segments.forEach(({ start, end }, index) => {
        expect(isBefore(start, end)).toBe(true);
        expect(start.equals(segments[index - 1]?.end ?? whole.start)).toBe(true);
      });
      expect(segments.at(-1)?.end.equals(whole.end)).toBe(true);
      for (const cut of cuts.filter((moment) => contains(whole, moment))) {
        expect(segments.some(({ start }) => start.equals(cut))).toBe(true);
      }
      expect(split(whole, cuts.toReversed())).toHaveLength(segments.length);
    }),
    { runs: 300 },
  );
});

test('the shares of segments add up to one, by day and by time, in every zone', () => {
  checkProperty(
    fc.property(given, ({ row, whole, cuts }) => {
      const segments = split(whole, cuts);
      const bySecond = segments.map((part) => secondShare(part, whole));
      expectOne(bySecond);
      expect(bySecond.every(({ numerator }) => numerator > 0n)).toBe(true);
      const byDay = orRefused(() =>
        segments.map((part) => dayShare(part, whole, row.anchor.timeZoneId)),
      );
      if (byDay === undefined) return;
      expectOne(byDay);
      expect(byDay.every(({ numerator }) => numerator >= 0n)).toBe(true);
    }),
    { runs: 300 },
  );
});

test('the periods of a term are the term again, each within the whole that its price is for', () => {
  const term: fc.Arbitrary<Term> = given.chain(({ row, whole }) =>
    fc.tuple(fc.nat(3_000), fc.integer({ min: 1, max: 2_400 })).map(([hours, length]) => {
      const start = whole.start.add({ hours });
      return { cycle: row, start, end: start.add({ hours: length }) };
    }),
  );
  checkProperty(
    fc.property(term, (each) => {
      const periods: TermPeriod[] = [];
      const most = cycleNumber(each.cycle, each.end ?? each.start);
      for (let number = 0; number <= most - cycleNumber(each.cycle, each.start); number += 1) {
        const found = termPeriod(each, number);
        if (found !== undefined) periods.push(found);
      }
      periods.forEach(({ number, period, whole }, index) => {
        expect(period.start.equals(periods[index - 1]?.period.end ?? each.start)).toBe(true);
        expect(!isBefore(period.start, whole.start) && !isBefore(whole.end, period.end)).toBe(true);
        const again = termPeriodAt(each, period.start);
        expect(again?.number).toBe(number);
        expect(samePeriod(again?.period ?? whole, period)).toBe(true);
      });
      expect(periods.at(-1)?.period.end.equals(each.end ?? each.start)).toBe(true);
      expect(termPeriodAt(each, each.end ?? each.start)).toBeUndefined();
    }),
    { runs: 200 },
  );
});

test('a term on the anniversary of its start begins with a full period, whenever it starts', () => {
  const started = fc.constantFrom(...ZONES).chain((zone) => {
    const start = instantIn(changesOfClocks(zone));
    const unit = fc.constantFrom<CycleUnit>('day', 'week', 'month', 'quarter', 'year');
    return fc.record({ zone: fc.constant(zone), unit, start });
  });
  checkProperty(
    fc.property(started, ({ start, ...every }) => {
      const first = termPeriod({ cycle: anniversaryCycle({ ...every, start }), start }, 0);
      expect(first && samePeriod(first.period, first.whole)).toBe(true);
    }),
    { runs: 500 },
  );
});

test('a trial ends on the wall clock of its start, or behind the hour or day that was left out', () => {
  const trial = fc.constantFrom(...ZONES).chain((zone) => {
    const start = instantIn(changesOfClocks(zone));
    const amounts = fc.oneof(
      fc.record({ days: fc.nat(400), weeks: fc.nat(60), months: fc.nat(24) }),
      fc.record({ days: fc.nat(1) }),
    );
    return fc.record({ zone: fc.constant(zone), start, duration: amounts });
  });
  checkProperty(
    fc.property(trial, ({ zone, start, duration }) => {
      const trial = after(start, duration, zone);
      const isNothing = Object.values(duration).every((units) => units === 0);
      expect(Temporal.Instant.compare(trial, start)).toBe(isNothing ? 0 : 1);
      const end = trial.toZonedDateTimeISO(zone).toPlainDateTime();
      const wall = start.toZonedDateTimeISO(zone).toPlainDateTime().add(duration);
      const later = wall.until(end, { largestUnit: 'hours' });
      expect(later.hours >= 0 && later.hours <= 24 && later.sign >= 0).toBe(true);
      if (later.sign > 0) {
        // Only a time that no clock has shown may be moved.
        const shown = wall.toZonedDateTime(zone).toPlainDateTime();
        expect(shown.equals(wall)).toBe(false);
      }
    }),
    { runs: 300 },
  );
});

test('a day that is included ends where the next one begins', () => {
  const zones = fc.constantFrom(...ZONES);
  checkProperty(
    fc.property(zones, instant, (zone, moment) => {
      const date = moment.toZonedDateTimeISO(zone).toPlainDate();
      const end = endOfDay(date, zone);
      const behind = end.toZonedDateTimeISO(zone).toPlainDate();
      const before = end.subtract({ nanoseconds: 1 }).toZonedDateTimeISO(zone).toPlainDate();
      expect(Temporal.PlainDate.compare(behind, date)).toBe(1);
      expect(Temporal.PlainDate.compare(before, date)).toBe(0);
    }),
    { runs: 300 },
  );
});

function expectOne(shares: readonly Share[]): void {
  const sum = shares.reduce((total, { numerator }) => total + numerator, 0n);
  expect(sum).toBe(shares[0]?.denominator);
}

/** A period that begins and ends on one day has no share by days. */
function orRefused(shares: () => Share[]): Share[] | undefined {
  try {
    return shares();
  } catch (error) {
    expect(error).toMatchObject({ reason: 'INVALID_SHARE', violations: [{ field: 'whole' }] });
    return undefined;
  }
}
