import { expect, test } from '@jest/globals';
import { compare, ONE, type Rational, rational, sum, times, ZERO } from '@tollgate/money';
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
import { eventAmounts, eventsOf, price, priceDocument } from './testing/arbitrary-price.ts';

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
    fc.property(price, shareBy, eventAmounts, given, (any, by, amounts, period) => {
      const own: Price = { ...any, prorates: 'amount', shareBy: by };
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

test('share of the terms: fees, free units and bounds of the segments are those of the period', () => {
  checkProperty(
    fc.property(price, shareBy, given, (any, by, period) => {
      const own: Price = { ...any, prorates: 'terms', shareBy: by };
      const [fees, free, least, most] = [[], [], [], []] as Rational[][];
      for (const share of sharesOf(own, period)) {
        // Without usage only fees are due; with a lot of it all free units are used up.
        const idle = rateLine({ price: own, usage: eventsOf([]), share }).explanation;
        const busy = rateLine({ price: own, usage: eventsOf([10 ** 9]), share }).explanation;
        fees?.push(sum(idle.priced.walk.map((step) => step.flatFee ?? ZERO)));
        free?.push(busy.free);
        least?.push(busy.minimum ?? ZERO);
        most?.push(busy.maximum ?? ZERO);
      }
      const once = rateLine({ price: own, usage: eventsOf([]) }).explanation;
      const fee = sum(once.priced.walk.map((step) => step.flatFee ?? ZERO));
      expectSame(fees ?? [], fee);
      expectSame(free ?? [], own.freeUnits);
      expectSame(least ?? [], own.minimum ?? ZERO);
      expectSame(most ?? [], own.maximum ?? ZERO);
    }),
    { runs: 300 },
  );
});

test('share of the terms: usage spread like time costs the same at any price of one tier', () => {
  const oneTier: fc.Arbitrary<Price> = priceDocument
    .filter(isOneTier)
    .map((document) => parsePrice({ ...document, prorates: 'terms' }));
  checkProperty(
    fc.property(oneTier, shareBy, quantity, given, (any, by, used, period) => {
      const own: Price = { ...any, shareBy: by };
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
    fc.property(price, shareBy, eventAmounts, given, (any, by, amounts, period) => {
      const own: Price = { ...any, prorates: 'nothing', shareBy: by };
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
    value: fc.bigInt({ min: 0n, max: 50n }),
  }),
  { maxLength: 12 },
);
const unitPrice = parsePrice({
  kind: 'per_unit',
  version: 'v1',
  currency: 'USD',
  unit_price: '0.37',
});

test('usage that adds up over segments costs the same at a price per unit', () => {
  const additive = fc.constantFrom<Aggregation>('count', 'sum', 'weighted_sum');
  checkProperty(
    fc.property(additive, meterEvents, quantity, given, (kind, list, opening, period) => {
      const events = eventsIn(period.whole, list);
      const parts = segmentCosts(kind, events, opening, period, unitPrice);
      const usage = segmentUsage(kind, period.whole, events);
      const once = times(segmentQuantity(usage, { opening }), rational(37n, 100n));
      expect(compare(sum(parts), once)).toBe(0);
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
      const parts = segmentCosts(kind, events, ZERO, period, own);
      const usage = segmentUsage(kind, period.whole, events);
      const once = times(segmentQuantity(usage), rational(37n, 100n));
      expect(compare(sum(parts), once)).not.toBe(1);
    }),
    { runs: 300 },
  );
});

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

/** Each segment rated from its own events, with the level that the one before left behind. */
function segmentCosts(
  kind: Aggregation,
  events: readonly MeterEvent[],
  opening: Rational,
  period: Given,
  own: Price,
): Rational[] {
  const { zone, whole, segments } = period;
  let level = opening;
  return segments.map((part) => {
    const usage = segmentUsage(kind, part, events);
    const used = segmentQuantity(usage, { opening: level, whole });
    level = closingLevel(usage, level);
    const share = shareOfPeriod({ price: own, part, whole, zone });
    return rateLine({ price: own, usage: { quantity: used }, share }).explanation.exact;
  });
}
