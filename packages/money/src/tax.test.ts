import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  addMoney,
  applyDiscounts,
  currency,
  type Discount,
  money,
  negateMoney,
  parseDecimal,
  percent,
  sumMoney,
  type TaxInput,
  taxLines,
} from './index.ts';

const eur = currency('EUR');
const rate = fc.integer({ min: 0, max: 100_000 }).map((n) => percent(parseDecimal(`${n}`)));
const rates = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
  .chain((codes) =>
    fc.tuple(
      ...codes.map((code) => fc.record({ code: fc.constant(code), rate, compound: fc.boolean() })),
    ),
  );
const amount = fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).map((units) => money(units, eur));
const input: fc.Arbitrary<TaxInput> = rates.chain((known) =>
  fc.record({
    currency: fc.constant(eur),
    rates: fc.constant(known),
    lines: fc.array(fc.record({ amount, taxes: fc.subarray(known.map(({ code }) => code)) }), {
      maxLength: 8,
    }),
    inclusive: fc.boolean(),
    rounding: fc.constantFrom('per_rate' as const, 'per_line' as const),
  }),
);

test('net and taxes add up to gross on every line, for every tax and over all', () => {
  checkProperty(
    fc.property(input, (invoice) => {
      const result = taxLines(invoice);
      const taxes = result.lines.map((line) =>
        sumMoney(
          line.taxes.map(({ tax }) => tax),
          eur,
        ),
      );
      result.lines.forEach((line, index) => {
        const shown = invoice.inclusive ? line.gross : line.net;
        expect(shown).toEqual(invoice.lines[index]?.amount);
        expect(addMoney(line.net, taxes[index] ?? line.net)).toEqual(line.gross);
      });
      expect(sumMoney(taxes, eur)).toEqual(result.tax);
      expect(
        sumMoney(
          result.totals.map(({ tax }) => tax),
          eur,
        ),
      ).toEqual(result.tax);
      expect(addMoney(result.net, result.tax)).toEqual(result.gross);
    }),
  );
});

test('the taxes of a full credit are those of the invoice with the opposite sign', () => {
  checkProperty(
    fc.property(input, (invoice) => {
      const lines = invoice.lines.map((line) => ({ ...line, amount: negateMoney(line.amount) }));
      expect(taxLines({ ...invoice, lines }).tax).toEqual(negateMoney(taxLines(invoice).tax));
    }),
  );
});

test('everything wrong with a tax calculation is named at once', () => {
  const one = percent(parseDecimal('1'));
  const invoice = {
    currency: eur,
    rates: [
      { code: 'a', rate: one },
      { code: 'a', rate: { numerator: -1n, denominator: 100n } },
    ],
    lines: [{ amount: money(1n, eur), taxes: ['b', 'a', 'a'] }],
  };
  expect(() => taxLines(invoice)).toThrow(
    expect.objectContaining({
      reason: 'INVALID_TAX',
      violations: [
        expect.objectContaining({ field: 'rates[1].code', rule: 'unique' }),
        expect.objectContaining({ field: 'rates[1].rate', rule: 'not_negative' }),
        expect.objectContaining({ field: 'lines[0].taxes', rule: 'known' }),
        expect.objectContaining({ field: 'lines[0].taxes', rule: 'unique' }),
      ],
    }),
  );
});

test('a line in another currency is named by its place, with all else that is wrong', () => {
  const lines = [
    { amount: money(1n, eur), taxes: [] },
    { amount: money(1n, currency('USD')), taxes: ['a'] },
  ];
  const message = 'USD cannot be combined with EUR.';
  expect(() => taxLines({ currency: eur, rates: [], lines })).toThrow(
    expect.objectContaining({
      reason: 'INVALID_TAX',
      violations: [
        { field: 'lines[1].amount', rule: 'same_currency', message },
        expect.objectContaining({ field: 'lines[1].taxes', rule: 'known' }),
      ],
    }),
  );
});

test('without a word, amounts are without tax and taxes are not levied on one another', () => {
  const ten = percent(parseDecimal('10'));
  const rates = [
    { code: 'a', rate: ten },
    { code: 'b', rate: ten },
  ];
  const lines = [{ amount: money(1_000n, eur), taxes: ['a', 'b'] }];
  const [line] = taxLines({ currency: eur, rates, lines }).lines;
  const tax = money(100n, eur);
  expect(line).toEqual({
    net: money(1_000n, eur),
    taxes: [
      { code: 'a', tax },
      { code: 'b', tax },
    ],
    gross: money(1_200n, eur),
  });
});

test('lines in another currency are refused, also without discounts', () => {
  const lines = [money(1n, currency('USD'))];
  expect(() => applyDiscounts({ currency: eur, lines, discounts: [] })).toThrow(
    expect.objectContaining({ reason: 'INVALID_DISCOUNT' }),
  );
});

test('no list of discounts takes a line to the other side of zero, and what they took adds up', () => {
  const discount: fc.Arbitrary<Discount> = fc.oneof(
    fc.record({
      kind: fc.constant('percentage' as const),
      rate: fc.integer({ min: 0, max: 100 }).map((n) => percent(parseDecimal(`${n}`))),
    }),
    fc.record({
      kind: fc.constant('amount' as const),
      amount: fc.bigInt({ min: 0n, max: 500_000n }).map((units) => money(units, eur)),
    }),
  );
  checkProperty(
    fc.property(
      fc.array(amount, { maxLength: 8 }),
      fc.array(discount, { maxLength: 5 }),
      (lines, discounts) => {
        const result = applyDiscounts({ currency: eur, lines, discounts });
        const taken = result.applied.map(({ total }) => total);
        expect(addMoney(sumMoney(result.lines, eur), sumMoney(taken, eur))).toEqual(
          sumMoney(lines, eur),
        );
        lines.forEach(({ minorUnits }, index) => {
          const left = result.lines[index]?.minorUnits;
          if (minorUnits < 0n) expect(left).toBeLessThanOrEqual(0n);
          else expect(left).toBeGreaterThanOrEqual(0n);
        });
      },
    ),
  );
});

test('everything wrong with discounts is named at once', () => {
  const discounts: Discount[] = [
    { kind: 'percentage', rate: percent(parseDecimal('100.1')) },
    { kind: 'amount', amount: money(-1n, eur), lines: [3] },
  ];
  expect(() => applyDiscounts({ currency: eur, lines: [money(1n, eur)], discounts })).toThrow(
    expect.objectContaining({
      reason: 'INVALID_DISCOUNT',
      violations: [
        expect.objectContaining({ field: 'discounts[0].rate' }),
        expect.objectContaining({ field: 'discounts[1].amount' }),
        expect.objectContaining({ field: 'discounts[1].lines' }),
      ],
    }),
  );
});
