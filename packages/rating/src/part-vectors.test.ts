import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  currency,
  exactText,
  moneyToDecimal,
  parseMoney,
  type Rounding,
  rational,
} from '@tollgate/money';
import { parseExact } from './exact-text.ts';
import {
  type Aggregation,
  type ChangeMode,
  closingLevel,
  joinSegments,
  prorateChange,
  type RatingError,
  segmentQuantity,
  segmentUsage,
} from './index.ts';

const read = <Vector>(name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Vector[];
const exact = (text: string) => parseExact(text, 'vector');
const at = (text: string) => Temporal.Instant.from(text);
const scaleOf = (vector: { currency: string; currency_rounding?: Rounding }) =>
  currency(vector.currency, {
    ...(vector.currency_rounding !== undefined && { rounding: vector.currency_rounding }),
  });

describe('changes', () => {
  interface Vector extends Record<'name' | 'currency' | 'old_price' | 'new_price', string> {
    mode: ChangeMode;
    currency_rounding?: Rounding;
    remaining: string;
    billed: string;
    credits?: { granted: string; unused: string };
    refund: unknown;
    charge: unknown;
    net: string;
  }
  test.each(read<Vector>('changes'))('$name ($mode)', (vector) => {
    const scale = scaleOf(vector);
    const { credits } = vector;
    const lines = prorateChange({
      mode: vector.mode,
      currency: scale,
      oldPrice: exact(vector.old_price),
      newPrice: exact(vector.new_price),
      remaining: exact(vector.remaining),
      billed: parseMoney(vector.billed, scale),
      ...(credits && {
        credits: { granted: exact(credits.granted), unused: exact(credits.unused) },
      }),
    });
    const shown = ({ exact: value, amount }: typeof lines.refund) => ({
      exact: exactText(value),
      amount: moneyToDecimal(amount),
    });
    expect(shown(lines.refund)).toEqual(vector.refund);
    expect(shown(lines.charge)).toEqual(vector.charge);
    expect(moneyToDecimal(lines.net)).toBe(vector.net);
  });
});

describe('segments', () => {
  interface Vector {
    name: string;
    aggregation: Aggregation;
    bounds: string[];
    opening: string;
    events: { id: string; time: string; value?: string; key?: string }[];
    segments?: string[];
    carried?: string;
    whole?: string;
    whole_carried?: string;
    violations?: string[];
  }
  test.each(read<Vector>('segments'))('$name', (vector) => {
    const events = vector.events.map(({ id, time, value, key }) => ({
      id,
      time: at(time),
      ...(value !== undefined && { value: exact(value) }),
      ...(key !== undefined && { key }),
    }));
    const [first = at(''), ...bounds] = vector.bounds.map(at);
    const whole = { start: first, end: bounds.at(-1) ?? first };
    const partsOf = () =>
      bounds.map((end, index) =>
        segmentUsage(vector.aggregation, { start: bounds[index - 1] ?? first, end }, events),
      );
    if (vector.violations !== undefined) {
      expect(violationsOf(partsOf)).toEqual(vector.violations);
      return;
    }
    const parts = partsOf();
    let [opening, carried] = [exact(vector.opening), rational(0n)];
    const quantities = parts.map((part) => {
      const result = segmentQuantity(part, { opening, whole, carried });
      opening = closingLevel(part, opening);
      carried = result.carried;
      return exactText(result.quantity);
    });
    const joined = segmentQuantity(parts.reduce(joinSegments), { opening: exact(vector.opening) });
    expect([quantities, exactText(carried)]).toEqual([vector.segments, vector.carried]);
    expect([joined.quantity, joined.carried].map(exactText)).toEqual([
      vector.whole,
      vector.whole_carried,
    ]);
  });

  function violationsOf(call: () => unknown): string[] {
    try {
      call();
    } catch (error) {
      const { violations } = error as RatingError;
      return violations.map(({ field, rule }) => `${field} ${rule}`).sort();
    }
    return [];
  }

  test('the latest value is that of the last event by time, then id, in whatever order', () => {
    const whole = { start: at('2026-03-01T00:00:00Z'), end: at('2026-04-01T00:00:00Z') };
    const [early, late] = [whole.start, at('2026-03-02T00:00:00Z')];
    const events = [
      { id: 'z', time: early, value: exact('1') },
      { id: 'a', time: late, value: exact('2') },
      { id: 'b', time: late, value: exact('3') },
    ];
    for (const order of ['012', '021', '102', '120', '201', '210']) {
      const delivered = order.split('').flatMap((index) => events[Number(index)] ?? []);
      const { quantity } = segmentQuantity(segmentUsage('latest', whole, delivered));
      expect([order, exactText(quantity)]).toEqual([order, '3']);
    }
    const alone = segmentUsage('latest', whole, events.slice(0, 2).toReversed());
    expect(exactText(segmentQuantity(alone).quantity)).toBe('2');
  });

  test('segments that do not belong together are never joined', () => {
    const [a, b, c] = [0, 1, 2].map((hour) => at(`2026-03-01T0${hour}:00:00Z`)) as [
      Temporal.Instant,
      Temporal.Instant,
      Temporal.Instant,
    ];
    const event = { id: 'e', value: exact('1'), key: 'k' };
    const all: Aggregation[] = ['count', 'sum', 'max', 'unique', 'latest', 'weighted_sum'];
    const [early, late] = [
      { start: a, end: b },
      { start: b, end: c },
    ].map((part) => all.map((each) => segmentUsage(each, part, [{ ...event, time: part.start }])));
    const error = expect.objectContaining({ reason: 'INVALID_SEGMENTS' });
    for (const left of early ?? []) {
      expect(() => joinSegments(left, left)).toThrow(error);
      for (const right of late ?? []) {
        if (left.aggregation === right.aggregation) continue;
        expect(() => joinSegments(left, right)).toThrow(error);
      }
    }
  });
});

test('a mode of change that nobody knows is named with everything else', () => {
  const usd = currency('USD');
  const change = () =>
    prorateChange({
      mode: 'half' as ChangeMode,
      currency: usd,
      oldPrice: rational(-1n),
      newPrice: rational(1n),
      remaining: rational(1n),
      billed: parseMoney('1', usd),
    });
  expect(change).toThrow(
    expect.objectContaining({
      reason: 'INVALID_CHANGE',
      violations: ['mode', 'oldPrice'].map((field) => expect.objectContaining({ field })),
    }),
  );
});

test('everything wrong with a change is named at once', () => {
  const usd = currency('USD');
  const change = () =>
    prorateChange({
      mode: 'credit_aware',
      currency: usd,
      oldPrice: rational(-1n),
      newPrice: rational(-1n),
      remaining: rational(2n),
      billed: parseMoney('-1', currency('EUR'), { allowNegative: true }),
      credits: { granted: rational(1n), unused: rational(2n) },
    });
  const fields = ['oldPrice', 'newPrice', 'remaining', 'billed', 'billed', 'credits.unused'];
  expect(change).toThrow(
    expect.objectContaining({
      reason: 'INVALID_CHANGE',
      violations: fields.map((field) => expect.objectContaining({ field })),
    }),
  );
});
