import { expect, test } from '@jest/globals';
import {
  addMoney,
  currency,
  type Discount,
  money,
  moneyToDecimal,
  parseDecimal,
  percent,
  type Rational,
  rational,
} from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { invoiceTotal, parsePrice, prorateChange, rateLine } from './index.ts';

const usd = currency('USD');
const volume = parsePrice({
  kind: 'volume',
  version: 'v1',
  currency: 'USD',
  tiers: [{ up_to: '100', unit_price: '1' }, { unit_price: '0.5' }],
});
const coupon = (rate: Rational): Discount => ({ kind: 'percentage', rate });

/** Net amounts of the invoices of one period in cents, each on all usage so far. */
function netsOf(quantities: readonly Rational[], coupons: readonly Discount[]): bigint[] {
  let billed = money(0n, usd);
  return quantities.map((quantity) => {
    const { amount } = rateLine({ price: volume, usage: { quantity }, billed });
    billed = addMoney(billed, amount);
    const lines = [{ amount, taxes: [] }];
    return invoiceTotal({ currency: usd, lines, coupons }).taxed.net.minorUnits;
  });
}

const sumOf = (units: readonly bigint[]) => units.reduce((left, right) => left + right, 0n);

test('a volume price corrected downwards costs the same with a coupon on both invoices', () => {
  const half = [coupon(percent(parseDecimal('50')))];
  expect(netsOf([rational(100n), rational(101n)], half)).toEqual([5_000n, -2_475n]);
  expect(netsOf([rational(101n)], half)).toEqual([2_525n]);
});

test('deltas with the same percentages add up but for half a cent per invoice and coupon', () => {
  const quantity = fc
    .tuple(fc.bigInt({ min: 0n, max: 40_000n }), fc.constantFrom(1n, 7n, 100n))
    .map(([numerator, denominator]) => rational(numerator, denominator));
  const rate = fc.nat(10_000).map((points) => rational(BigInt(points), 10_000n));
  checkProperty(
    fc.property(
      fc.array(quantity, { minLength: 1, maxLength: 8 }),
      fc.array(rate, { maxLength: 3 }),
      (quantities, rates) => {
        const coupons = rates.map(coupon);
        const once = sumOf(netsOf(quantities.slice(-1), coupons));
        const difference = sumOf(netsOf(quantities, coupons)) - once;
        const roundings = BigInt((quantities.length + 1) * coupons.length);
        const twice = 2n * (difference < 0n ? -difference : difference);
        expect(twice).toBeLessThanOrEqual(roundings);
      },
    ),
    { runs: 300 },
  );
});

test('deltas add up to the cent where the percentage of every line is whole cents', () => {
  const dollars = fc.array(fc.bigInt({ min: 0n, max: 500n }), { minLength: 1, maxLength: 8 });
  checkProperty(
    fc.property(dollars, fc.nat(50), (list, percents) => {
      // Lines are halves of dollars; an even percentage of these is whole cents.
      const coupons = [coupon(rational(BigInt(percents * 2), 100n))];
      const quantities = list.map((quantity) => rational(quantity));
      const once = netsOf(quantities.slice(-1), coupons);
      expect(sumOf(netsOf(quantities, coupons))).toBe(sumOf(once));
    }),
  );
});

test('a free plan gives nothing back when it ends', () => {
  const { refund, charge } = prorateChange({
    mode: 'time_share',
    currency: usd,
    oldPrice: rational(100n),
    newPrice: rational(20n),
    remaining: rational(1n, 2n),
    billed: money(10_000n, usd),
  });
  const amounts = [refund.amount, charge.amount];
  const total = (coupons: Discount[]) =>
    invoiceTotal({
      currency: usd,
      lines: amounts.map((amount) => ({ amount, taxes: [] })),
      coupons,
    });
  const free = total([coupon(rational(1n))]);
  expect([free.due, free.carried].map(moneyToDecimal)).toEqual(['0.00', '0.00']);
  // The coupon ended with the old price: only the refund of what it made free still has it.
  const ended = total([{ ...coupon(rational(1n)), lines: [0] }]);
  expect([ended.due, ended.carried].map(moneyToDecimal)).toEqual(['10.00', '0.00']);
});
