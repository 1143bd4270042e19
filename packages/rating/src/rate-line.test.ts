import { expect, test } from '@jest/globals';
import {
  compare,
  minus,
  money,
  ONE,
  parseDecimal,
  plus,
  type Rational,
  rational,
  sum,
  sumMoney,
  times,
} from '@tollgate/money';
import { monthPeriod, split } from '@tollgate/periods';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { dueAt, type Line, parsePrice, rateLine, shareOfPeriod, toLineDocument } from './index.ts';
import { eventAmounts, eventsOf, price } from './testing/arbitrary-price.ts';

const zone = 'Europe/Berlin';
const whole = monthPeriod('2026-10', zone);
const change = fc
  .integer({ min: whole.start.epochMilliseconds, max: whole.end.epochMilliseconds })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const quantity = fc
  .bigInt({ min: 0n, max: 100_000n })
  .map((thousandths) => rational(thousandths, 1_000n));

test('the order and the batches in which events come never matter', () => {
  const shuffled = eventAmounts.chain((amounts) =>
    fc.tuple(
      fc.constant(amounts),
      fc.shuffledSubarray(
        amounts.map((_, index) => index),
        { minLength: amounts.length },
      ),
    ),
  );
  checkProperty(
    fc.property(price, shuffled, (given, [amounts, order]) => {
      const { events = [] } = eventsOf(amounts);
      const delivered = order.flatMap((index) => events[index] ?? []);
      const [ours, theirs] = [events, delivered].map((list) =>
        rateLine({ price: given, usage: { events: list } }),
      ) as [Line, Line];
      expect(theirs.digest).toBe(ours.digest);
      expect(toLineDocument(theirs).steps).toEqual(toLineDocument(ours).steps);
    }),
  );
});

test('any number of deltas adds up to rating once, whichever way usage moved', () => {
  checkProperty(
    fc.property(price, fc.array(eventAmounts, { minLength: 1, maxLength: 6 }), (given, states) => {
      const { currency } = given;
      let billed = money(0n, currency);
      states.forEach((amounts, index) => {
        const interim = index < states.length - 1;
        const line = rateLine({ price: given, usage: eventsOf(amounts), billed, interim });
        billed = sumMoney([billed, line.amount], currency);
      });
      const once = rateLine({ price: given, usage: eventsOf(states.at(-1) ?? []) });
      expect(billed).toEqual(once.amount);
    }),
  );
});

test('a period split anywhere costs the same, when the share is of the amount', () => {
  const shareBy = fc.constantFrom('day' as const, 'second' as const);
  checkProperty(
    fc.property(
      price,
      quantity,
      fc.array(change, { maxLength: 4 }),
      shareBy,
      (any, used, at, by) => {
        if (any.model.kind === 'percentage') return;
        const given = parsePrice({ ...any.document, prorates: 'amount', share_by: by });
        const parts = split(whole, at).map((part) => {
          const share = shareOfPeriod({ price: given, part, whole, zone });
          return rateLine({ price: given, usage: { quantity: used }, share }).explanation.exact;
        });
        const once = rateLine({ price: given, usage: { quantity: used } }).explanation.exact;
        expect(compare(sum(parts), once)).toBe(0);
      },
    ),
  );
});

test('split usage at one price with a fixed fee costs the same, where no bound bites', () => {
  const document = { kind: 'graduated', version: 'v1', currency: 'USD' };
  const given = parsePrice({ ...document, tiers: [{ unit_price: '0.25', flat_fee: '9' }] });
  const parts = fc.array(fc.tuple(change, quantity), { minLength: 1, maxLength: 5 });
  checkProperty(
    fc.property(parts, (changes) => {
      const segments = split(
        whole,
        changes.map(([at]) => at),
      );
      const used = segments.map((_, index) => changes[index]?.[1] ?? ONE);
      const exact = segments.map((part, index) => {
        const share = shareOfPeriod({ price: given, part, whole, zone });
        const usage = { quantity: used[index] ?? ONE };
        return rateLine({ price: given, usage, share }).explanation.exact;
      });
      const once = rateLine({ price: given, usage: { quantity: sum(used) } });
      expect(compare(sum(exact), once.explanation.exact)).toBe(0);
    }),
  );
});

test('a price that is not prorated costs the same for any share', () => {
  const given = parsePrice({
    kind: 'per_unit',
    version: 'v1',
    currency: 'USD',
    unit_price: '0.10',
    minimum: '5',
    prorates: 'nothing',
  });
  const shares = [rational(0n), rational(1n, 3n), ONE];
  const amounts = shares.map((share) =>
    rateLine({ price: given, usage: { quantity: ONE }, share }),
  );
  expect(amounts.map(({ amount }) => amount.minorUnits)).toEqual([500n, 500n, 500n]);
});

test('a price in advance falls due at the start of its period, one in arrears at the end', () => {
  const flat = { kind: 'flat', version: 'v1', currency: 'USD', amount: '1' };
  expect(dueAt(parsePrice({ ...flat, timing: 'in_advance' }), whole)).toBe(whole.start);
  expect(dueAt(parsePrice(flat), whole)).toBe(whole.end);
});

const unitPrices = fc.array(fc.bigInt({ min: 0n, max: 9_999n }), { minLength: 1, maxLength: 6 });

test('graduated prices without fees never fall and never jump', () => {
  checkProperty(
    fc.property(unitPrices, quantity, quantity, (prices, left, right) => {
      const [low, high] = compare(left, right) <= 0 ? [left, right] : [right, left];
      const given = tiered('graduated', prices);
      const [less, more] = [low, high].map((used) => exactOf(given, used)) as [Rational, Rational];
      expect(compare(less, more)).not.toBe(1);
      const dearest = rational(
        prices.reduce((a, b) => (a > b ? a : b)),
        1_000n,
      );
      const most = plus(less, times(minus(high, low), dearest));
      expect(compare(more, most)).not.toBe(1);
    }),
  );
});

test('volume prices are the quantity times the price of the tier it lies in', () => {
  checkProperty(
    fc.property(unitPrices, quantity, (prices, used) => {
      let tier = 0;
      while (tier < prices.length - 1 && compare(used, bound(tier)) > 0) tier += 1;
      const expected = times(used, rational(prices[tier] ?? 0n, 1_000n));
      expect(compare(exactOf(tiered('volume', prices), used), expected)).toBe(0);
    }),
  );
});

test('a line is refused with every broken rule named', () => {
  const given = parsePrice({ kind: 'flat', version: 'v1', currency: 'USD', amount: '1' });
  const usage = { quantity: ONE };
  const evidence = { eventCount: -1n, digest: 'none' };
  const line = () => rateLine({ price: given, usage, share: rational(4n, 3n), evidence });
  const violations = [{ field: 'share' }, { field: 'evidence.eventCount' }];
  expect(line).toThrow(
    expect.objectContaining({
      reason: 'INVALID_INPUT',
      violations: violations.map((entry) => expect.objectContaining(entry)),
    }),
  );
});

test('no events at all are evidence, too', () => {
  const given = parsePrice({ kind: 'flat', version: 'v1', currency: 'USD', amount: '1' });
  const evidence = { eventCount: 0n, digest: 'none' };
  const line = rateLine({ price: given, usage: { quantity: rational(0n) }, evidence });
  expect(line.amount.minorUnits).toBe(100n);
});

test.each([
  ['a negative quantity', { quantity: rational(-1n) }, ['quantity']],
  [
    'an event below zero and an id that comes twice',
    {
      events: ['1', '-1'].map((amount) => ({
        id: 'same',
        time: whole.start,
        amount: parseDecimal(amount, { allowNegative: true }),
      })),
    },
    ['events[1].amount', 'events[1].id'],
  ],
])('refuses %s', (_, usage, fields) => {
  const given = parsePrice({ kind: 'dynamic', version: 'v1', currency: 'USD', multiplier: '1' });
  expect(() => rateLine({ price: given, usage })).toThrow(
    expect.objectContaining({
      reason: 'INVALID_USAGE',
      violations: fields.map((field) => expect.objectContaining({ field })),
    }),
  );
});

test('a percentage price without events is refused, not guessed', () => {
  const given = parsePrice({ kind: 'percentage', version: 'v1', currency: 'USD', percent: '1' });
  const error = expect.objectContaining({ reason: 'INVALID_USAGE' });
  expect(() => rateLine({ price: given, usage: { quantity: ONE } })).toThrow(error);
});

function bound(tier: number): Rational {
  return rational(BigInt(tier + 1) * 10n);
}

function tiered(kind: 'graduated' | 'volume', thousandths: readonly bigint[]) {
  const tiers = thousandths.map((price, tier) => ({
    unit_price: `${price / 1_000n}.${(price % 1_000n).toString().padStart(3, '0')}`,
    ...(tier < thousandths.length - 1 && { up_to: `${bound(tier).numerator}` }),
  }));
  return parsePrice({ kind, version: 'v1', currency: 'USD', tiers });
}

function exactOf(given: ReturnType<typeof parsePrice>, used: Rational): Rational {
  return rateLine({ price: given, usage: { quantity: used } }).explanation.exact;
}
