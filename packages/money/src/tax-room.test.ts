import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { currency, money, percent, rational, type TaxInput, taxLines } from './index.ts';
import { roundWithin } from './tax-room.ts';

const eur = currency('EUR');

test.each([1n, -1n])('units go to lines that the others leave room on (%d)', (sign) => {
  // Each of the taxes is 1.25 cents on the first line, 0.6 on the second and third.
  const tax = [25n, 12n, 12n].map((tenths) => rational(sign * tenths, 2_000n));
  const amounts = [3n, 1n, 1n].map((cents) => money(sign * cents, eur));
  const rounded = roundWithin(amounts, [tax, tax], eur);
  expect(rounded.map((own) => own.map(({ minorUnits }) => sign * minorUnits))).toEqual([
    [1n, 1n, 0n],
    [1n, 0n, 1n],
  ]);
});

test('an early tax gives back the room that a later one needs', () => {
  for (const invoice of [
    invoiceOf({ a: 20n, b: 10n, c: 20n }, [7, 1n, 'ab'], [38, 8n, 'ac']),
    invoiceOf({ a: 40n, b: 60n }, [2, 1n, 'ab'], [8, 4n, 'a']),
  ]) {
    const { lines } = taxLines(invoice);
    expect(lines.filter(({ net }) => net.minorUnits < 0n)).toEqual([]);
  }
});

test('no line of few cents gets a net amount below zero, up to taxes of 100 percent', () => {
  const codes = ['a', 'b', 'c', 'd'];
  const group = fc.tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.bigInt({ min: 1n, max: 9n }),
    fc.subarray(codes, { minLength: 1 }).map((some) => some.join('')),
  );
  // Lines of a cent with two taxes, and many that the first of these has, too: where room is short.
  const cents = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constant(1n), fc.constant('ab'));
  const many = fc.tuple(
    fc.integer({ min: 4, max: 20 }),
    fc.bigInt({ min: 2n, max: 9n }),
    fc.constantFrom('a', 'ac', 'ad'),
  );
  const tight = fc.oneof(fc.tuple(cents, many), fc.tuple(cents, many, group));
  // Cut points of 100 percent give rates that are together at most that.
  const rates = fc
    .tuple(...codes.map(() => fc.integer({ min: 0, max: 10 }).map((ten) => 10 * ten)))
    .map((cuts) => cuts.sort((left, right) => left - right))
    .map((cuts) => cuts.map((cut, index) => [codes[index], BigInt(cut - (cuts[index - 1] ?? 0))]))
    .chain((pairs) => fc.oneof(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: 4 })));
  const most = fc
    .tuple(fc.bigInt({ min: 2n, max: 6n }), fc.bigInt({ min: 0n, max: 2n }))
    .map(([a, c]) => Object.entries({ a: 10n * a, b: 10n * (10n - a - c), c: 10n * c, d: 0n }));
  const invoices = fc.oneof(
    fc.tuple(rates, fc.array(group, { minLength: 1, maxLength: 4 })),
    fc.tuple(most, tight),
  );
  checkProperty(
    fc.property(invoices, fc.constantFrom(1n, -1n), ([pairs, given], sign) => {
      const signed = given.map(([count, cents, own]) => [count, sign * cents, own] as const);
      const { lines } = taxLines(invoiceOf(Object.fromEntries(pairs), ...signed));
      for (const { net } of lines) expect(sign * net.minorUnits).toBeGreaterThanOrEqual(0n);
    }),
    { runs: 600 },
  );
});

/** An inclusive invoice of groups of equal lines; each letter is a tax of so many percent. */
function invoiceOf(
  percents: Readonly<Record<string, bigint>>,
  ...groups: readonly (readonly [count: number, cents: bigint, taxes: string])[]
): TaxInput {
  return {
    currency: eur,
    inclusive: true,
    rates: Object.entries(percents).map(([code, rate]) => ({
      code,
      rate: percent(rational(rate)),
    })),
    lines: groups.flatMap(([count, cents, taxes]) =>
      Array.from({ length: count }, () => ({ amount: money(cents, eur), taxes: taxes.split('') })),
    ),
  };
}
