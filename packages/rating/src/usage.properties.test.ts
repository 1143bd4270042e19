import { expect, test } from '@jest/globals';
import {
  addMoney,
  compare,
  money,
  ONE,
  plus,
  type Rational,
  rational,
  sum,
  ZERO,
} from '@tollgate/money';
import { monthPeriod } from '@tollgate/periods';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  type Aggregation,
  type Line,
  type MeterEvent,
  type Price,
  rateLine,
  segmentQuantity,
  segmentUsage,
  toLineDocument,
  type UsageEvent,
} from './index.ts';
import { price, share } from './testing/arbitrary-price.ts';

const whole = monthPeriod('2026-03', 'Europe/Berlin');
const lengthMs = whole.end.epochMilliseconds - whole.start.epochMilliseconds;
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 60_000n }), fc.constantFrom(1n, 3n, 1_000n))
  .map(([numerator, denominator]) => rational(numerator, denominator));
/** Often at the same time, so that ids decide. */
const time = fc
  .oneof(fc.constantFrom(0, lengthMs - 1), fc.nat(lengthMs - 1))
  .map((ms) => whole.start.add({ milliseconds: ms }));
const events: fc.Arbitrary<UsageEvent[]> = fc
  .array(fc.record({ time, amount }), { maxLength: 12 })
  .map((list) => list.map((event, index) => ({ ...event, id: `event-${index}` })));

/** Events, the same in another order, and where that is cut into batches. */
const delivered = events.chain((list) =>
  fc.tuple(
    fc.constant(list),
    fc.shuffledSubarray(list, { minLength: list.length }),
    fc.array(fc.nat(list.length), { maxLength: 4 }),
  ),
);

test('the order in which events come never matters: every figure of the line is the same', () => {
  checkProperty(
    fc.property(price, share, delivered, (given, part, [list, shuffled]) => {
      const [ours, theirs] = [list, shuffled].map((each) =>
        rateLine({ price: given, usage: { events: each }, share: part }),
      ) as [Line, Line];
      expect(theirs.digest).toBe(ours.digest);
      expect(theirs.amount).toEqual(ours.amount);
      expect(toLineDocument(theirs).steps).toEqual(toLineDocument(ours).steps);
    }),
    { runs: 300 },
  );
});

test('batches billed as they come add up to all events billed at once', () => {
  checkProperty(
    fc.property(price, delivered, (given, [list, shuffled, cuts]) => {
      let known: UsageEvent[] = [];
      let billed = money(0n, given.currency);
      for (const batch of batchesOf(shuffled, cuts)) {
        // Late events come in any order: each line is over all that is known by then.
        known = [...known, ...batch];
        const isLast = known.length === shuffled.length;
        const usage = { events: known };
        billed = addMoney(
          billed,
          rateLine({ price: given, usage, billed, interim: !isLast }).amount,
        );
      }
      const last = rateLine({ price: given, usage: { events: known }, billed });
      const once = rateLine({ price: given, usage: { events: list } });
      expect(addMoney(billed, last.amount)).toEqual(once.amount);
    }),
    { runs: 300 },
  );
});

test('a quantity summed in batches costs what its events do, unless each event has a price', () => {
  checkProperty(
    fc.property(price, delivered, (given, [list, shuffled, cuts]) => {
      if (given.model.kind === 'percentage') return;
      const sums = batchesOf(shuffled, cuts).map((batch) =>
        sum(batch.map((event) => event.amount)),
      );
      const [one, other] = [{ quantity: sums.reduce(plus, ZERO) }, { events: list }].map((usage) =>
        exactOf(given, usage),
      ) as [Rational, Rational];
      expect(compare(one, other)).toBe(0);
    }),
    { runs: 300 },
  );
});

test('the order of events never matters to an aggregation, nor do those outside its segment', () => {
  const kinds = fc.constantFrom<Aggregation>(
    'count',
    'sum',
    'max',
    'unique',
    'latest',
    'weighted_sum',
  );
  checkProperty(
    fc.property(kinds, delivered, (kind, [list, shuffled]) => {
      const asMeter = (event: UsageEvent): MeterEvent => ({
        id: event.id,
        time: event.time,
        value: event.amount,
        key: `${event.amount.numerator % 3n}`,
      });
      const outside = [whole.end, whole.start.subtract({ nanoseconds: 1 })].map((at, index) => ({
        ...asMeter({ id: `outside-${index}`, time: at, amount: rational(10n ** 9n) }),
        key: 'outside',
      }));
      const once = segmentUsage(kind, whole, list.map(asMeter));
      const again = segmentUsage(kind, whole, [...outside, ...shuffled.map(asMeter)]);
      const [ours, theirs] = [once, again].map((usage) => segmentQuantity(usage).quantity);
      expect(compare(ours ?? ZERO, theirs ?? ONE)).toBe(0);
    }),
    { runs: 300 },
  );
});

function batchesOf(list: readonly UsageEvent[], cuts: readonly number[]): UsageEvent[][] {
  const bounds = [0, ...[...cuts].sort((left, right) => left - right), list.length];
  return bounds.slice(1).map((end, index) => list.slice(bounds[index], end));
}

function exactOf(given: Price, usage: Parameters<typeof rateLine>[0]['usage']): Rational {
  return rateLine({ price: given, usage }).explanation.exact;
}
