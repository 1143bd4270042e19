import { describe, expect, test } from '@jest/globals';
import { exactText, ONE, parseDecimal, rational } from '@tollgate/money';
import type { Period } from '@tollgate/periods';
import {
  type Aggregation,
  joinSegments,
  type MeterEvent,
  segmentQuantity,
  segmentUsage,
} from './index.ts';

const at = (day: number) =>
  Temporal.Instant.from(`2026-03-${day.toString().padStart(2, '0')}T00:00:00Z`);
const days = (start: number, end: number): Period => ({ start: at(start), end: at(end) });
const event = (id: string, day: number, value?: string, key?: string): MeterEvent => ({
  id,
  time: at(day),
  ...(value !== undefined && { value: parseDecimal(value, { allowNegative: true }) }),
  ...(key !== undefined && { key }),
});
const shown = ({ quantity, carried }: ReturnType<typeof segmentQuantity>) => [
  exactText(quantity),
  exactText(carried),
];

describe('what falls below zero goes on into the next segment', () => {
  const events = [event('a', 1, '10'), event('b', 11, '-6'), event('c', 21, '7')];
  const parts = [days(1, 11), days(11, 21), days(21, 31)].map((part) =>
    segmentUsage('sum', part, events),
  );

  test('a sum is charged until it was used up again', () => {
    let carried = rational(0n);
    const quantities = parts.map((part) => {
      const result = segmentQuantity(part, { carried });
      carried = result.carried;
      return shown(result);
    });
    expect(quantities).toEqual([
      ['10', '0'],
      ['0', '-6'],
      ['1', '0'],
    ]);
    expect(shown(segmentQuantity(parts.reduce(joinSegments)))).toEqual(['11', '0']);
  });

  test('a weighted sum carries the share of the time that its level was below zero', () => {
    const level = [event('a', 1, '-4'), event('b', 11, '10')];
    const whole = days(1, 21);
    const [first, second] = [days(1, 11), days(11, 21)].map((part) =>
      segmentUsage('weighted_sum', part, level),
    ) as [ReturnType<typeof segmentUsage>, ReturnType<typeof segmentUsage>];
    const before = segmentQuantity(first, { whole });
    expect(shown(before)).toEqual(['0', '-2']);
    const opening = rational(-4n);
    const after = segmentQuantity(second, { whole, opening, carried: before.carried });
    expect(shown(after)).toEqual(['1', '0']);
  });

  test('a peak or a last value below zero is none, and nothing is carried', () => {
    for (const kind of ['max', 'latest'] as const) {
      const usage = segmentUsage(kind, days(1, 31), [event('a', 2, '-3')]);
      expect(shown(segmentQuantity(usage))).toEqual(['0', '0']);
    }
  });

  test('what is carried is never above zero', () => {
    const usage = segmentUsage('sum', days(1, 31), []);
    expect(() => segmentQuantity(usage, { carried: ONE })).toThrow(
      expect.objectContaining({
        reason: 'INVALID_SEGMENTS',
        violations: [{ field: 'carried', rule: 'not_positive', message: expect.any(String) }],
      }),
    );
  });
});

describe('events that an aggregation cannot read are refused, all at once', () => {
  const refused = (kind: Aggregation, events: readonly MeterEvent[]) => {
    try {
      segmentUsage(kind, days(1, 31), events);
    } catch (error) {
      const { reason, violations } = error as { reason: string; violations: MeterViolation[] };
      return [reason, ...violations.map(({ field, rule }) => `${field} ${rule}`)];
    }
    return [];
  };
  interface MeterViolation {
    field: string;
    rule: string;
  }

  test('an id that comes twice, wherever its events lie', () => {
    const events = [event('a', 1), event('b', 2), event('a', 30), event('a', 31)];
    expect(refused('count', events)).toEqual([
      'INVALID_SEGMENTS',
      'events[2].id unique',
      'events[3].id unique',
    ]);
  });

  test.each(['sum', 'max', 'latest', 'weighted_sum'] as const)('%s needs values', (kind) => {
    const events = [event('a', 1), event('b', 2, '0'), event('b', 3)];
    expect(refused(kind, events)).toEqual([
      'INVALID_SEGMENTS',
      'events[0].value required',
      'events[2].id unique',
      'events[2].value required',
    ]);
  });

  test('unique needs keys, count neither', () => {
    const events = [event('a', 1, '5'), event('b', 2, undefined, 'k')];
    expect(refused('unique', events)).toEqual(['INVALID_SEGMENTS', 'events[0].key required']);
    expect(refused('count', events)).toEqual([]);
  });

  test('an aggregation that nobody knows', () => {
    expect(refused('mean' as Aggregation, [])).toEqual(['INVALID_SEGMENTS', 'aggregation known']);
  });
});

test.each([
  ['shorter than', days(1, 11)],
  ['beside', days(5, 31)],
  ['after', days(21, 31)],
])('a weighted sum of a whole that is %s its segment is refused', (_, whole) => {
  const usage = segmentUsage('weighted_sum', days(1, 21), [event('a', 1, '10')]);
  expect(() => segmentQuantity(usage, { whole })).toThrow(
    expect.objectContaining({
      reason: 'INVALID_SEGMENTS',
      violations: [{ field: 'whole', rule: 'contains_segment', message: expect.any(String) }],
    }),
  );
});

test('what is wrong is said in words', () => {
  const usage = segmentUsage('weighted_sum', days(1, 21), []);
  expect(() => segmentQuantity(usage, { whole: days(1, 11), carried: ONE })).toThrow(
    'carried: must not be above zero. whole: must contain the segment.',
  );
  const events = [event('a', 1), event('a', 2, '1')];
  expect(() => segmentUsage('max', days(1, 21), events)).toThrow(
    'events[0].value: is needed for max. events[1].id: "a" comes twice.',
  );
  expect(() => segmentUsage('mean' as Aggregation, days(1, 21), [])).toThrow(
    'aggregation: must be one of count, sum, max, unique, latest, weighted_sum.',
  );
});
