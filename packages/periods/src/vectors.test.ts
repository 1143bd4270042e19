import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { undescribedFields } from '@tollgate/testkit/vector-fields';
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
  hoursOf,
  monthName,
  monthPeriod,
  type Period,
  period,
  secondShare,
  split,
  termPeriod,
  zoneId,
} from './index.ts';

interface PeriodText {
  start: string;
  end: string;
}
interface CycleText {
  unit: CycleUnit;
  count: number;
  zone: string;
  start?: string;
}

const folder = new URL('../vectors/', import.meta.url);
const read = <Vector>(name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as (Vector & {
    name: string;
  })[];
const at = (text: string) => Temporal.Instant.from(text);
const from = ({ start, end }: PeriodText) => period(at(start), at(end));
const shown = ({ start, end }: Period) => ({ start: `${start}`, end: `${end}` });

function cycleFrom({ unit, count, zone, start }: CycleText): Cycle {
  if (start === undefined) return calendarCycle({ unit, count, zone });
  return anniversaryCycle({ unit, count, zone, start: at(start) });
}

describe('cycles', () => {
  type Vector = CycleText & { first: number; bounds: string[] };
  test.each(read<Vector>('cycles'))('$name', ({ first, bounds, ...given }) => {
    const cycle = cycleFrom(given);
    const starts = bounds.map((_, index) => `${cyclePeriod(cycle, first + index).start}`);
    const ends = bounds.map((_, index) => `${cyclePeriod(cycle, first + index - 1).end}`);
    expect([starts, ends]).toEqual([bounds, bounds]);
  });
});

describe('numbers', () => {
  type Vector = CycleText & { instant: string; number: number; period: PeriodText };
  test.each(read<Vector>('numbers'))('$name', ({ instant, number, ...vector }) => {
    const cycle = cycleFrom(vector);
    expect(cycleNumber(cycle, at(instant))).toBe(number);
    expect(shown(cyclePeriod(cycle, number))).toEqual(vector.period);
  });
});

describe('months, days and ends of dates', () => {
  interface Vector {
    zone: string;
    month?: string;
    date?: string;
    unit?: 'day' | 'month';
    instant?: string;
    period?: PeriodText;
    month_name?: string;
    end_of_day?: string;
  }
  test.each(read<Vector>('calendar'))('$name', ({ zone, month, date, unit, ...vector }) => {
    if (date !== undefined) {
      const end = endOfDay(Temporal.PlainDate.from(date), zone);
      expect(`${end}`).toBe(vector.end_of_day);
    } else if (month !== undefined) {
      expect(shown(monthPeriod(month, zone))).toEqual(vector.period);
    } else {
      const instant = at(vector.instant ?? '');
      const found = (unit === 'day' ? calendarDay : calendarMonth)(instant, zone);
      expect(shown(found)).toEqual(vector.period);
      if (unit === 'month') expect(monthName(instant, zone)).toBe(vector.month_name);
    }
  });
});

describe('shares', () => {
  type Vector = { zone: string; by_day: string; by_time: string } & Record<
    'part' | 'whole',
    PeriodText
  >;
  test.each(read<Vector>('shares'))('$name', ({ zone, part, whole, ...vector }) => {
    const days = dayShare(from(part), from(whole), zone);
    expect(`${days.numerator}/${days.denominator}`).toBe(vector.by_day);
    const time = secondShare(from(part), from(whole));
    const [numerator = 0n, denominator = 0n] = vector.by_time.split('/').map(BigInt);
    expect(time.numerator * denominator).toBe(numerator * time.denominator);
  });
});

describe('splits', () => {
  interface Vector {
    zone: string;
    whole: PeriodText;
    changes: string[];
    segments: (PeriodText & { by_day: string })[];
  }
  test.each(read<Vector>('splits'))('$name', ({ zone, whole, changes, segments }) => {
    const found = split(from(whole), changes.map(at)).map((part) => {
      const { numerator, denominator } = dayShare(part, from(whole), zone);
      return { ...shown(part), by_day: `${numerator}/${denominator}` };
    });
    expect(found).toEqual(segments);
  });
});

describe('terms', () => {
  interface Vector {
    cycle: CycleText;
    start: string;
    end?: string;
    periods: ((PeriodText & { whole: PeriodText }) | null)[];
  }
  test.each(read<Vector>('terms'))('$name', ({ cycle, start, end, periods }) => {
    const term = {
      cycle: cycleFrom(cycle),
      start: at(start),
      ...(end !== undefined && { end: at(end) }),
    };
    const found = periods.map((_, number) => {
      const own = termPeriod(term, number);
      return own === undefined ? null : { ...shown(own.period), whole: shown(own.whole) };
    });
    expect(found).toEqual(periods);
  });
});

describe('trials', () => {
  type Vector = { start: string; zone: string; end: string } & {
    days?: number;
    weeks?: number;
    months?: number;
  };
  test.each(read<Vector>('trials'))('$name', ({ start, zone, end, ...vector }) => {
    const { days = 0, weeks = 0, months = 0 } = vector;
    expect(`${after(at(start), { days, weeks, months }, zone)}`).toBe(end);
  });
});

describe('zones', () => {
  type Vector = { zone: string; id: string | null };
  test.each(read<Vector>('zones'))('$name', ({ zone, id }) => {
    if (id !== null) expect(zoneId(zone)).toBe(id);
    else expect(() => zoneId(zone)).toThrow(expect.objectContaining({ reason: 'INVALID_ZONE' }));
  });
});

describe('hours', () => {
  type Vector = { period: PeriodText; count: number; first: string; last: string };
  test.each(read<Vector>('hours'))('$name', ({ period: whole, count, first, last }) => {
    const hours = hoursOf(from(whole));
    expect([hours.length, `${hours[0]?.start}`, `${hours.at(-1)?.start}`]).toEqual([
      count,
      first,
      last,
    ]);
  });
});

test.each(undescribedFields(folder))('the README describes every field of %s', (_, fields) => {
  expect(fields).toEqual([]);
});
