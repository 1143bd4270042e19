import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  addMoney,
  applyDiscounts,
  compare,
  currency,
  type Discount,
  dividedBy,
  exactValue,
  type Money,
  minus,
  money,
  moneyToDecimal,
  ONE,
  parseDecimal,
  percent,
  plus,
  type Rational,
  rational,
  roundToMoney,
  sum,
  sumMoney,
  type TaxInput,
  taxLines,
  times,
  ZERO,
} from './index.ts';

const eur = currency('EUR');
const cent = rational(1n, 100n);
const amount = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: -9, max: 40 }) },
    fc.integer({ min: -9_999, max: 99_999 }),
  )
  .map((cents) => money(BigInt(cents), eur));
const codes = ['a', 'b', 'c', 'd'];
const lines = fc.array(fc.record({ amount, taxes: fc.subarray(codes) }), { maxLength: 12 });
/** In hundredths of a percent; the first one up to `most`. */
const ratesUpTo = (most: number, others: number) =>
  fc
    .tuple(...codes.map((_, index) => fc.tuple(fc.nat(index === 0 ? most : others), fc.boolean())))
    .map((list) =>
      list.map(([basisPoints, compound], index) => ({
        code: codes[index] ?? '',
        rate: rational(BigInt(basisPoints), 10_000n),
        compound,
      })),
    );
const invoice = (most: number, others = most): fc.Arbitrary<TaxInput> =>
  fc.record({
    currency: fc.constant(eur),
    lines,
    rates: ratesUpTo(most, others),
    inclusive: fc.boolean(),
    rounding: fc.constantFrom('per_rate', 'per_line'),
  });

test('tax parts add up: per line, per tax and over all, also compound and inclusive', () => {
  checkProperty(
    fc.property(invoice(60_000), (given) => {
      const result = taxLines(given);
      result.lines.forEach((line, index) => {
        const taxes = sumOf(line.taxes.map(({ tax }) => tax));
        expect(addMoney(line.net, taxes)).toEqual(line.gross);
        expect(given.inclusive ? line.gross : line.net).toEqual(given.lines[index]?.amount);
        expect(line.taxes.map(({ code }) => code)).toEqual(given.lines[index]?.taxes);
      });
      for (const { code, net, tax } of result.totals) {
        const own = result.lines.filter(({ taxes }) => taxes.some((entry) => entry.code === code));
        expect(sumOf(own.map((line) => line.net))).toEqual(net);
        const parts = own.flatMap(({ taxes }) => taxes.filter((entry) => entry.code === code));
        expect(sumOf(parts.map((entry) => entry.tax))).toEqual(tax);
      }
      expect(sumOf(result.totals.map(({ tax }) => tax))).toEqual(result.tax);
      expect(sumOf(result.lines.map((line) => line.net))).toEqual(result.net);
      expect(addMoney(result.net, result.tax)).toEqual(result.gross);
    }),
    { runs: 300 },
  );
});

test('each tax is its exact sum rounded once, and each part less than a cent from its own', () => {
  checkProperty(
    fc.property(invoice(60_000), (given) => {
      const result = taxLines({ ...given, rounding: 'per_rate' });
      const exact = given.lines.map((line) => naiveTaxes(line, given));
      for (const code of codes) {
        const total = result.totals.find((entry) => entry.code === code)?.tax;
        const values = exact.map((taxes) => taxes[code] ?? ZERO);
        if (total !== undefined) expect(total).toEqual(roundToMoney(sum(values), eur));
        result.lines.forEach(({ taxes }, index) => {
          const part = taxes.find((entry) => entry.code === code)?.tax ?? money(0n, eur);
          const error = minus(exactValue(part), values[index] ?? ZERO);
          expect(compare(error, cent)).toBe(-1);
          expect(compare(minus(ZERO, error), cent)).toBe(-1);
        });
      }
    }),
    { runs: 300 },
  );
});

test('no inclusive line gets a net amount of the other sign, for taxes of 100 percent in all', () => {
  const few = fc.integer({ min: -1, max: 4 }).map((cents) => money(BigInt(cents), eur));
  const small = fc.array(fc.record({ amount: few, taxes: fc.constant(codes) }), { maxLength: 12 });
  // One rate of 69 and three of 5 percent, each compound: 96 percent together.
  const invoices = fc
    .tuple(invoice(6_900, 500), fc.option(small))
    .map(([given, little]) => (little === null ? given : { ...given, lines: little }));
  checkProperty(
    fc.property(invoices, (given) => {
      for (const { net, gross } of taxLines({ ...given, inclusive: true }).lines) {
        expect(gross.minorUnits < 0n ? net.minorUnits <= 0n : net.minorUnits >= 0n).toBe(true);
      }
    }),
    { runs: 400 },
  );
});

test('two taxes of a cent in all go to two lines of a cent, not both to the first', () => {
  const tenPercent = percent(parseDecimal('10'));
  const { lines: taxed } = taxLines({
    currency: eur,
    rates: ['a', 'b'].map((code) => ({ code, rate: tenPercent })),
    lines: Array.from({ length: 10 }, () => ({ amount: money(1n, eur), taxes: ['a', 'b'] })),
    inclusive: true,
  });
  const shown = taxed.map(({ net, taxes }) => [net, ...taxes.map(({ tax }) => tax)]);
  expect(shown.slice(0, 3).map((parts) => parts.map(moneyToDecimal))).toEqual([
    ['0.00', '0.01', '0.00'],
    ['0.00', '0.00', '0.01'],
    ['0.01', '0.00', '0.00'],
  ]);
});

const discount: fc.Arbitrary<Discount> = fc
  .tuple(fc.nat(10_000), fc.boolean(), fc.option(fc.subarray([0, 1, 2]), { nil: undefined }))
  .map(([size, isShare, positions]) => ({
    ...(isShare
      ? { kind: 'percentage' as const, rate: rational(BigInt(size), 10_000n) }
      : { kind: 'amount' as const, amount: money(BigInt(size), eur) }),
    ...(positions !== undefined && { lines: positions }),
  }));

test('discounts in a row are the same as one after another, and what they take adds up', () => {
  const amounts = fc.array(amount, { minLength: 3, maxLength: 8 });
  checkProperty(
    fc.property(amounts, fc.array(discount, { maxLength: 5 }), (given, discounts) => {
      const { lines: left, applied } = applyDiscounts({ currency: eur, lines: given, discounts });
      let now: readonly Money[] = given;
      discounts.forEach((each, index) => {
        const single = applyDiscounts({ currency: eur, lines: now, discounts: [each] });
        expect(single.applied[0]).toEqual(applied[index]);
        now = single.lines;
      });
      expect(now).toEqual(left);
      given.forEach((line, index) => {
        const taken = sumOf(applied.flatMap((entry) => entry.lines[index] ?? []));
        const rest = left[index] ?? line;
        expect(addMoney(rest, taken)).toEqual(line);
        if (line.minorUnits >= 0n) expect(rest.minorUnits).toBeGreaterThanOrEqual(0n);
        else expect(line.minorUnits <= rest.minorUnits && rest.minorUnits <= 0n).toBe(true);
      });
      for (const entry of applied) expect(sumOf(entry.lines)).toEqual(entry.total);
    }),
    { runs: 300 },
  );
});

function sumOf(amounts: readonly Money[]): Money {
  return sumMoney(amounts, eur);
}

/** By the definition: a compound tax is levied on net and all taxes before it on the line. */
function naiveTaxes(
  line: TaxInput['lines'][number],
  { rates, inclusive }: TaxInput,
): Record<string, Rational> {
  const perNet: Record<string, Rational> = {};
  let all = ZERO;
  for (const { code, rate, compound } of rates) {
    if (!line.taxes.includes(code)) continue;
    const base = compound === true ? plus(ONE, all) : ONE;
    const tax = times(base, rate);
    perNet[code] = tax;
    all = plus(all, tax);
  }
  const shown = exactValue(line.amount);
  const net = inclusive === true ? dividedBy(shown, plus(ONE, all)) : shown;
  return Object.fromEntries(
    Object.entries(perNet).map(([code, factor]) => [code, times(factor, net)]),
  );
}
