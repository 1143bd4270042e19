import { expect, test } from '@jest/globals';
import {
  compare,
  exactText,
  ONE,
  plus,
  type Rational,
  rational,
  sign,
  sum,
  times,
  ZERO,
} from '@tollgate/money';
import { calendarCycle, cyclePeriod, type Period, split } from '@tollgate/periods';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  type Aggregation,
  closingLevel,
  type MeterEvent,
  type Price,
  type PriceDocument,
  parsePrice,
  rateLine,
  segmentQuantity,
  segmentUsage,
  shareOfPeriod,
} from './index.ts';
import { eventAmounts, eventsOf, priceDocument } from './testing/arbitrary-price.ts';

interface Given {
  readonly zone: string;
  readonly whole: Period;
  readonly segments: readonly Period[];
}

/** Months and quarters in zones of all kinds, with a skipped day and changes of clocks among them. */
const given: fc.Arbitrary<Given> = fc
  .record({
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kabul'),
    number: fc.integer({ min: 100, max: 400 }),
    count: fc.constantFrom(1, 3),
    places: fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 100n }), fc.nat(7_200)), { maxLength: 5 }),
  })
  .map(({ zone, number, count, places }) => {
    const whole = cyclePeriod(calendarCycle({ unit: 'month', count, zone }), number);
    const length = whole.end.epochNanoseconds - whole.start.epochNanoseconds;
    const cuts = places.map(([percent, seconds]) =>
      Temporal.Instant.fromEpochNanoseconds(
        whole.start.epochNanoseconds + (length * percent) / 100n,
      ).add({ seconds }),
    );
    return { zone, whole, segments: split(whole, cuts) };
  });
const quantity = fc
  .bigInt({ min: 0n, max: 100_000n })
  .map((thousandths) => rational(thousandths, 1_000n));
const shareBy = fc.constantFrom('day' as const, 'second' as const);

test('share of the amount: a period split anywhere costs the same, at any price', () => {
  checkProperty(
    fc.property(priceDocument, shareBy, eventAmounts, given, (any, by, amounts, period) => {
      const own = parsePrice({ ...any, prorates: 'amount', share_by: by });
      const usage = eventsOf(amounts);
      const parts = sharesOf(own, period).map(
        (share) => rateLine({ price: own, usage, share }).explanation.exact,
      );
      const once = rateLine({ price: own, usage }).explanation.exact;
      expect(compare(sum(parts), once)).toBe(0);
    }),
    { runs: 300 },
  );
});

test('share of the terms: what a price owes and gives per period, its segments do together', () => {
  checkProperty(
    fc.property(priceDocument, shareBy, given, (any, by, period) => {
      const own = parsePrice({ ...any, prorates: 'terms', share_by: by });
      const shares = sharesOf(own, period);
      const parts = shares.map((share) => termsOf(own, share));
      const once = termsOf(own, ONE);
      for (const name of ['fees', 'packages', 'free', 'freeAmount', 'minimum'] as const) {
        expect([name, exactText(sum(parts.map((part) => part[name])))]).toEqual([
          name,
          exactText(once[name]),
        ]);
      }
      // A segment without a share keeps the whole maximum; the others share it.
      const shared = parts.filter((_, index) => sign(shares[index] ?? ZERO) > 0);
      expectSame(
        shared.map((part) => part.maximum),
        once.maximum,
      );
      for (const part of parts.filter((each) => !shared.includes(each))) {
        expectSame([part.maximum], once.maximum);
      }
    }),
    { runs: 300 },
  );
});

test('share of the terms: free events of segments are those of the period, each rounded up', () => {
  const free = fc.bigInt({ min: 0n, max: 40n });
  checkProperty(
    fc.property(free, shareBy, given, (freeEvents, by, period) => {
      const document = { kind: 'percentage', version: 'v1', currency: 'USD', percent: '1' };
      const own = parsePrice({ ...document, free_events: `${freeEvents}`, share_by: by });
      const usage = eventsOf(Array(50).fill(1));
      const parts = sharesOf(own, period).map((share) => {
        const { priced } = rateLine({ price: own, usage, share }).explanation;
        const count = priced.summary?.freeEvents ?? 0n;
        expect(count).toBe(roundedUp(times(rational(freeEvents), share)));
        return count;
      });
      const together = parts.reduce((total, count) => total + count, 0n);
      expect(together).toBeGreaterThanOrEqual(freeEvents);
      expect(together).toBeLessThan(freeEvents + BigInt(parts.length));
    }),
  );
});

test('share of the terms: usage spread like time costs the same at any price of one tier', () => {
  const oneTier = priceDocument.filter(isOneTier);
  checkProperty(
    fc.property(oneTier, shareBy, quantity, given, (any, by, used, period) => {
      const own = parsePrice({ ...any, prorates: 'terms', share_by: by });
      const parts = sharesOf(own, period).map((share) => {
        const usage = { quantity: times(used, share) };
        return rateLine({ price: own, usage, share }).explanation.exact;
      });
      const once = rateLine({ price: own, usage: { quantity: used } }).explanation.exact;
      expect(compare(sum(parts), once)).toBe(0);
    }),
    { runs: 300 },
  );
});

test('not prorated: every segment costs its own usage at the price of a whole period', () => {
  checkProperty(
    fc.property(priceDocument, shareBy, eventAmounts, given, (any, by, amounts, period) => {
      const own = parsePrice({ ...any, prorates: 'nothing', share_by: by });
      const usage = eventsOf(amounts);
      const once = rateLine({ price: own, usage });
      for (const share of sharesOf(own, period)) {
        const line = rateLine({ price: own, usage, share });
        expect(compare(line.explanation.exact, once.explanation.exact)).toBe(0);
        expect(line.amount).toEqual(once.amount);
      }
    }),
  );
});

const meterEvents = fc.array(
  fc.record({
    permille: fc.bigInt({ min: 0n, max: 999n }),
    value: fc.bigInt({ min: -20n, max: 50n }),
  }),
  { maxLength: 12 },
);
const unitPrice = parsePrice({
  kind: 'per_unit',
  version: 'v1',
  currency: 'USD',
  unit_price: '0.37',
});

test('usage that adds up costs the same per unit, up to what the last segment carries on', () => {
  const additive = fc.constantFrom<Aggregation>('count', 'sum', 'weighted_sum');
  checkProperty(
    fc.property(additive, meterEvents, quantity, given, (kind, list, opening, period) => {
      const events = eventsIn(period.whole, list);
      const { costs, carried } = segmentCosts(kind, events, opening, period, unitPrice);
      const usage = segmentUsage(kind, period.whole, events);
      const once = segmentQuantity(usage, { opening });
      const perUnit = rational(37n, 100n);
      expectSame(
        [...costs, times(carried, perUnit)],
        times(plus(once.quantity, once.carried), perUnit),
      );
    }),
    { runs: 300 },
  );
});

test('a peak or distinct users for a share of the amount never cost more in segments', () => {
  const kinds = fc.constantFrom<Aggregation>('max', 'unique');
  const own = parsePrice({ ...unitPrice.document, prorates: 'amount', share_by: 'second' });
  checkProperty(
    fc.property(kinds, meterEvents, given, (kind, list, period) => {
      const events = eventsIn(period.whole, list);
      const { costs } = segmentCosts(kind, events, ZERO, period, own);
      const usage = segmentUsage(kind, period.whole, events);
      const once = times(segmentQuantity(usage).quantity, rational(37n, 100n));
      expect(compare(sum(costs), once)).not.toBe(1);
    }),
    { runs: 300 },
  );
});

/** Without usage only fees and packages are due; with a lot of it all that is free is used up. */
function termsOf(own: Price, share: Rational) {
  const idle = rateLine({ price: own, usage: eventsOf([]), share }).explanation;
  const busy = rateLine({ price: own, usage: eventsOf([10 ** 9]), share }).explanation;
  return {
    fees: sum(idle.priced.walk.map((step) => step.flatFee ?? ZERO)),
    packages: own.model.kind === 'package' ? (idle.priced.walk[0]?.packages ?? ZERO) : ZERO,
    free: busy.free,
    freeAmount: busy.priced.summary?.amountAllowance ?? ZERO,
    minimum: busy.minimum ?? ZERO,
    maximum: busy.maximum ?? ZERO,
  };
}

function roundedUp({ numerator, denominator }: Rational): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function sharesOf(own: Price, { zone, whole, segments }: Given): Rational[] {
  const shares = segments.map((part) => shareOfPeriod({ price: own, part, whole, zone }));
  expectSame(shares, ONE);
  return shares;
}

function expectSame(parts: readonly Rational[], whole: Rational): void {
  expect(compare(sum(parts), whole)).toBe(0);
}

/** Prices whose amount grows in proportion to usage and terms: no bounds of tiers, no packages. */
function isOneTier(document: PriceDocument): boolean {
  if (document.kind === 'per_unit' || document.kind === 'dynamic') return true;
  if (document.kind !== 'graduated' && document.kind !== 'volume') return false;
  return document.tiers.length === 1 && document.tiers[0]?.package_size === undefined;
}

function eventsIn(
  { start, end }: Period,
  list: readonly { readonly permille: bigint; readonly value: bigint }[],
): MeterEvent[] {
  const length = end.epochNanoseconds - start.epochNanoseconds;
  return list.map(({ permille, value }, index) => ({
    id: `event-${index}`,
    time: Temporal.Instant.fromEpochNanoseconds(
      start.epochNanoseconds + (length * permille) / 1_000n,
    ),
    value: rational(value),
    key: `${value % 5n}`,
  }));
}

/** Each segment rated from its own events, with what the one before left behind. */
function segmentCosts(
  kind: Aggregation,
  events: readonly MeterEvent[],
  opening: Rational,
  period: Given,
  own: Price,
): { readonly costs: Rational[]; readonly carried: Rational } {
  const { zone, whole, segments } = period;
  let [level, carried] = [opening, ZERO];
  const costs = segments.map((part) => {
    const usage = segmentUsage(kind, part, events);
    const used = segmentQuantity(usage, { opening: level, whole, carried });
    level = closingLevel(usage, level);
    carried = used.carried;
    const share = shareOfPeriod({ price: own, part, whole, zone });
    const line = rateLine({ price: own, usage: { quantity: used.quantity }, share });
    return line.explanation.exact;
  });
  return { costs, carried };
}
