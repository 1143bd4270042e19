import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  applyDiscounts,
  currency,
  type Discount,
  type Money,
  money,
  negateMoney,
  parseDecimal,
  parseMoney,
  percent,
  rational,
} from './index.ts';

const eur = currency('EUR');
const euros = (text: string) => parseMoney(text, eur, { allowNegative: true });
const off = (share: string): Discount => ({
  kind: 'percentage',
  rate: percent(parseDecimal(share)),
});
const unitsOf = (amounts: readonly Money[]) => amounts.map(({ minorUnits }) => minorUnits);

test('a percentage is taken off a correction as it was off what is corrected', () => {
  const lines = [euros('100'), euros('-20')];
  const { lines: left, applied } = applyDiscounts({ currency: eur, lines, discounts: [off('50')] });
  expect(left).toEqual([euros('50'), euros('-10')]);
  expect(applied).toEqual([{ total: euros('40'), lines: [euros('50'), euros('-10')] }]);
});

test('of nothing paid nothing comes back', () => {
  const lines = [euros('-50')];
  const { lines: left } = applyDiscounts({ currency: eur, lines, discounts: [off('100')] });
  expect(left).toEqual([euros('0')]);
});

test('an amount is limited by the lines above zero and leaves corrections alone', () => {
  const discounts: Discount[] = [{ kind: 'amount', amount: euros('50') }];
  const lines = [euros('30'), euros('-20'), euros('10')];
  const { lines: left, applied } = applyDiscounts({ currency: eur, lines, discounts });
  expect(left).toEqual([euros('0'), euros('-20'), euros('0')]);
  expect(applied[0]?.total).toEqual(euros('40'));
});

test('negating every line negates what percentages take and leave', () => {
  const rate = fc.nat(10_000).map((points) => rational(BigInt(points), 10_000n));
  const amounts = fc.array(
    fc.integer({ min: -9_999, max: 9_999 }).map((cents) => money(BigInt(cents), eur)),
    { maxLength: 8 },
  );
  checkProperty(
    fc.property(amounts, fc.array(rate, { maxLength: 4 }), (lines, rates) => {
      const discounts = rates.map((each): Discount => ({ kind: 'percentage', rate: each }));
      const { lines: left, applied } = applyDiscounts({ currency: eur, lines, discounts });
      const mirrored = applyDiscounts({ currency: eur, lines: lines.map(negateMoney), discounts });
      expect(unitsOf(mirrored.lines)).toEqual(unitsOf(left.map(negateMoney)));
      mirrored.applied.forEach(({ total }, index) => {
        expect(total.minorUnits).toBe(-(applied[index]?.total.minorUnits ?? 0n));
      });
      left.forEach(({ minorUnits: rest }, index) => {
        const units = lines[index]?.minorUnits ?? 0n;
        expect(units < 0n ? units <= rest && rest <= 0n : 0n <= rest && rest <= units).toBe(true);
      });
    }),
    { runs: 300 },
  );
});

test('an unknown kind and another currency are named with everything else', () => {
  const usd = currency('USD');
  const discounts = [
    { kind: 'half', rate: rational(2n) } as unknown as Discount,
    { kind: 'amount', amount: money(-1n, usd), lines: [9] },
    off('101'),
  ] as Discount[];
  const lines = [euros('1'), money(1n, usd)];
  const violations = [
    ['lines[1]', 'same_currency'],
    ['discounts[0].kind', 'known'],
    ['discounts[1].amount', 'not_negative'],
    ['discounts[1].amount', 'same_currency'],
    ['discounts[1].lines', 'existing'],
    ['discounts[2].rate', 'fraction'],
  ].map(([field, rule]) => expect.objectContaining({ field, rule }));
  expect(() => applyDiscounts({ currency: eur, lines, discounts })).toThrow(
    expect.objectContaining({ reason: 'INVALID_DISCOUNT', violations }),
  );
});

test('every amount has the law of the invoice, whatever law the coupon came with', () => {
  const even = currency('EUR', { rounding: 'half_even' });
  const { lines, applied } = applyDiscounts({
    currency: eur,
    lines: [money(300n, even), money(100n, eur)],
    discounts: [{ kind: 'amount', amount: money(10n, even) }, off('5')],
  });
  const all = [...lines, ...applied.flatMap((each) => [each.total, ...each.lines])];
  expect(all.filter((amount) => amount.currency.rounding !== 'half_away_from_zero')).toEqual([]);
});
