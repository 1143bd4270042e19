import { expect, test } from '@jest/globals';
import {
  addMoney,
  compare,
  currency,
  exactText,
  minus,
  money,
  ONE,
  plus,
  rational,
  sum,
  sumMoney,
  times,
  ZERO,
} from '@tollgate/money';
import { monthPeriod, split } from '@tollgate/periods';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  type Aggregation,
  burnDown,
  type Change,
  type Credit,
  closingLevel,
  invoiceTotal,
  joinSegments,
  prorateChange,
  segmentQuantity,
  segmentUsage,
} from './index.ts';

const usd = currency('USD');
const price = fc
  .bigInt({ min: 0n, max: 10n ** 6n })
  .map((thousandths) => rational(thousandths, 1_000n));
const fraction = fc.bigInt({ min: 0n, max: 31n }).map((days) => rational(days, 31n));
const cents = fc.bigInt({ min: 0n, max: 10n ** 6n }).map((units) => money(units, usd));
const mode = fc.constantFrom<Change['mode']>(
  'time_share',
  'full_difference',
  'none',
  'credit_aware',
);
const credits = fc
  .tuple(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 50n }))
  .map(([a, b]) => ({ unused: rational(a < b ? a : b), granted: rational(a < b ? b : a) }));
const change = fc.record({
  mode,
  currency: fc.constant(usd),
  oldPrice: price,
  newPrice: price,
  remaining: fraction,
  billed: cents,
  credits,
});

test('no change refunds more than was billed, nor more than the unused time', () => {
  checkProperty(
    fc.property(change, (given) => {
      const { refund, charge, net } = prorateChange(given);
      expect(refund.amount.minorUnits).toBeLessThanOrEqual(0n);
      expect(charge.amount.minorUnits).toBeGreaterThanOrEqual(0n);
      expect(addMoney(given.billed, refund.amount).minorUnits).toBeGreaterThanOrEqual(0n);
      const unused = times(given.oldPrice, given.remaining);
      expect(compare(plus(unused, refund.exact), ZERO)).not.toBe(-1);
      expect(net).toEqual(addMoney(refund.amount, charge.amount));
    }),
  );
});

test('a credit-aware refund never exceeds the unused share of the credits', () => {
  checkProperty(
    fc.property(change, (given) => {
      if (compare(given.credits.granted, ZERO) === 0) return;
      const { refund } = prorateChange({ ...given, mode: 'credit_aware' });
      const most = times(given.oldPrice, given.credits.unused);
      const back = times(refund.exact, given.credits.granted);
      expect(compare(plus(most, back), ZERO)).not.toBe(-1);
    }),
  );
});

test('changes by time share add up to each price for its share of the period', () => {
  const changes = fc.array(fc.tuple(fraction, price), { maxLength: 6 });
  checkProperty(
    fc.property(price, changes, (first, list) => {
      const later = [...list].sort(([a], [b]) => -compare(a, b));
      let [total, current, left, expected] = [first, first, ONE, ZERO];
      for (const [remaining, next] of later) {
        const lines = prorateChange({
          mode: 'time_share',
          currency: usd,
          oldPrice: current,
          newPrice: next,
          remaining,
          billed: money(10n ** 9n, usd),
        });
        total = sum([total, lines.refund.exact, lines.charge.exact]);
        expected = plus(expected, times(current, minus(left, remaining)));
        [current, left] = [next, remaining];
      }
      expect(compare(total, plus(expected, times(current, left)))).toBe(0);
    }),
  );
});

test('changing to the same price by time share costs nothing at all', () => {
  checkProperty(
    fc.property(price, fraction, (same, remaining) => {
      const billed = money(10n ** 9n, usd);
      const given = { currency: usd, oldPrice: same, newPrice: same, remaining, billed };
      expect(prorateChange({ ...given, mode: 'time_share' }).net.minorUnits).toBe(0n);
    }),
  );
});

const whole = monthPeriod('2026-03', 'Europe/Berlin');
const instant = fc
  .integer({ min: whole.start.epochMilliseconds, max: whole.end.epochMilliseconds })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const meterEvents = fc
  .array(
    fc.record({ time: instant, value: fc.bigInt({ min: -99n, max: 99n }).map((n) => rational(n)) }),
  )
  .map((list) =>
    list.map((event, index) => ({
      ...event,
      id: `event-${index}`,
      key: exactText(event.value),
    })),
  );
const aggregation = fc.constantFrom<Aggregation>(
  'count',
  'sum',
  'max',
  'unique',
  'latest',
  'weighted_sum',
);

test('segments joined again are the period aggregated at once, for every aggregation', () => {
  checkProperty(
    fc.property(aggregation, meterEvents, fc.array(instant), price, (kind, events, at, opening) => {
      const parts = split(whole, at).map((part) => segmentUsage(kind, part, events));
      const backwards = segmentUsage(kind, whole, events.toReversed());
      const joined = parts.reduce(joinSegments);
      const [once, again] = [backwards, joined].map((usage) => {
        const { quantity, carried } = segmentQuantity(usage, { opening });
        return [quantity, carried].map(exactText);
      });
      expect(again).toEqual(once);
    }),
  );
});

test('quantities of segments add up for counts, sums and levels', () => {
  const additive = fc.constantFrom<Aggregation>('count', 'sum', 'weighted_sum');
  checkProperty(
    fc.property(additive, meterEvents, fc.array(instant), price, (kind, events, at, start) => {
      let [opening, carried] = [start, ZERO];
      const quantities = split(whole, at).map((part) => {
        const usage = segmentUsage(kind, part, events);
        const result = segmentQuantity(usage, { opening, whole, carried });
        opening = closingLevel(usage, opening);
        carried = result.carried;
        return result.quantity;
      });
      const once = segmentQuantity(segmentUsage(kind, whole, events), { opening: start });
      const all = [...quantities, carried];
      expect(compare(sum(all), plus(once.quantity, once.carried))).toBe(0);
    }),
  );
});

const credit: fc.Arbitrary<Omit<Credit, 'id'>> = fc.record(
  {
    source: fc.constantFrom('credit_note', 'wallet'),
    available: cents,
    priority: fc.integer({ min: 0, max: 2 }),
    createdAt: instant,
    expiresAt: instant,
  },
  { requiredKeys: ['source', 'available', 'priority', 'createdAt'] },
);
const wallet = fc
  .array(credit, { maxLength: 6 })
  .map((list) => list.map((entry, index): Credit => ({ ...entry, id: `credit-${index}` })));

test('what credits pay and what is due is the total, in whichever order they are listed', () => {
  checkProperty(
    fc.property(cents, wallet, (total, list) => {
      const { postings, due } = burnDown(total, list);
      const paid = postings.map((posting) => posting.paid);
      expect(sumMoney([...paid, due], usd)).toEqual(total);
      for (const { paid: part, left } of postings) {
        expect(part.minorUnits).toBeGreaterThan(0n);
        expect(left.minorUnits).toBeGreaterThanOrEqual(0n);
      }
      if (due.minorUnits > 0n)
        expect(postings.every(({ left }) => left.minorUnits === 0n)).toBe(true);
      expect(burnDown(total, list.toReversed())).toEqual({ postings, due });
    }),
  );
});

test('an invoice is never negative: due less carried is gross less what credits paid', () => {
  const amounts = fc.array(fc.bigInt({ min: -5_000n, max: 5_000n }), { maxLength: 6 });
  checkProperty(
    fc.property(amounts, wallet, (units, list) => {
      const {
        taxed,
        credits: used,
        due,
        carried,
      } = invoiceTotal({
        currency: usd,
        lines: units.map((unit) => ({ amount: money(unit, usd), taxes: ['vat'] })),
        rates: [{ code: 'vat', rate: rational(19n, 100n) }],
        credits: list,
      });
      const paid = used.postings.reduce((total, posting) => total + posting.paid.minorUnits, 0n);
      expect(due.minorUnits - carried.minorUnits).toBe(taxed.gross.minorUnits - paid);
      expect(due.minorUnits >= 0n && carried.minorUnits >= 0n).toBe(true);
      expect(due.minorUnits === 0n || carried.minorUnits === 0n).toBe(true);
    }),
  );
});

test('everything wrong with credits is named at once', () => {
  const createdAt = whole.start;
  const bad = { source: 'wallet', createdAt, priority: 0.5, id: 'a' } as const;
  const list: Credit[] = [
    { ...bad, available: money(-1n, usd) },
    { ...bad, available: money(1n, currency('EUR')), priority: 1 },
  ];
  expect(() => burnDown(money(-1n, usd), list)).toThrow(
    expect.objectContaining({
      reason: 'INVALID_INPUT',
      violations: [
        'total',
        'credits[0].available',
        'credits[0].priority',
        'credits[1].id',
        'credits[1].available',
      ].map((field) => expect.objectContaining({ field })),
    }),
  );
});
