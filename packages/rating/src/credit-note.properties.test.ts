import { expect, test } from '@jest/globals';
import {
  addMoney,
  compare,
  currency,
  type Money,
  minus,
  money,
  negated,
  parseDecimal,
  percent,
  type Rational,
  rational,
  sign,
  sum,
  sumMoney,
  type TaxedLine,
} from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  type CreditNote,
  type CreditRequest,
  creditable,
  creditNote,
  invoiceTotal,
} from './index.ts';

const eur = currency('EUR');
const units = ({ minorUnits }: Money) => minorUnits;
const rate = fc.integer({ min: 0, max: 5_000 }).map((n) => percent(parseDecimal(`${n / 100}`)));
const codes = ['gst', 'qst', 'levy'];

/** Invoices as they are issued: discounted, taxed in every way, with corrections below zero. */
const invoice: fc.Arbitrary<readonly TaxedLine[]> = fc
  .record({
    lines: fc.array(
      fc.record({
        amount: fc
          .oneof({ weight: 4, arbitrary: fc.nat(20_000) }, fc.integer({ min: -900, max: 9 }))
          .map((n) => money(BigInt(n), eur)),
        taxes: fc.subarray(codes),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    rates: fc.tuple(rate, rate, rate),
    isCompound: fc.boolean(),
    inclusive: fc.boolean(),
    taxRounding: fc.constantFrom('per_rate' as const, 'per_line' as const),
    coupon: fc.nat(100),
  })
  .map(({ lines, rates, isCompound, inclusive, taxRounding, coupon }) => {
    const total = invoiceTotal({
      currency: eur,
      lines,
      inclusive,
      taxRounding,
      coupons: [{ kind: 'percentage', rate: percent(parseDecimal(`${coupon}`)) }],
      rates: codes.map((code, index) => ({
        code,
        rate: rates[index] ?? percent(parseDecimal('0')),
        compound: isCompound,
      })),
    });
    return total.taxed.lines;
  });

/** Which line, of what, and how much of what is left in thousandths; above 1,000 is too much. */
const wish = fc.record({
  line: fc.nat(5),
  of: fc.constantFrom('net' as const, 'gross' as const, 'total' as const),
  thousandths: fc.oneof(fc.nat(1_000), fc.constant(1_000), fc.nat(1_200)),
});

test('no set of credit notes takes more than the invoice, a line, or a tax of a line has', () => {
  checkProperty(
    fc.property(invoice, fc.array(wish, { maxLength: 12 }), (lines, wishes) => {
      const issued = notesFor(lines, wishes);
      for (const note of issued) expectPartsAddUp(note);
      const taken = issued.flatMap((note) => note.lines);
      lines.forEach((line, index) => {
        const own = taken.filter((entry) => entry.line === index);
        expectWithin(
          own.map(({ gross }) => gross),
          line.gross,
        );
        for (const { code, tax } of line.taxes) {
          const back = own.flatMap(({ taxes }) => taxes.filter((entry) => entry.code === code));
          expectWithin(
            back.map((entry) => entry.tax),
            tax,
          );
        }
      });
      const gross = lines.reduce((sum, line) => sum + units(line.gross), 0n);
      expectWithin(
        issued.map((note) => note.gross),
        money(gross, eur),
      );
    }),
    { runs: 300 },
  );
});

test('whatever was credited, all that is left can be credited, and then nothing', () => {
  checkProperty(
    fc.property(invoice, fc.array(wish, { maxLength: 6 }), (lines, wishes) => {
      const issued = notesFor(lines, wishes);
      const input = { currency: eur, invoice: lines };
      const { gross: total } = creditable({ ...input, issued });
      if (units(total) > 0n) issued.push(creditNote({ ...input, issued, credit: { total } }));
      expect(units(creditable({ ...input, issued }).gross)).toBe(0n);
      const cent = { total: money(1n, eur) };
      expect(() => creditNote({ ...input, issued, credit: cent })).toThrow(
        expect.objectContaining({ reason: 'INVALID_CREDIT_NOTE' }),
      );
    }),
    { runs: 300 },
  );
});

test('each tax of a total is less than a unit off its share of what is left, on any invoice', () => {
  checkProperty(
    fc.property(invoice, fc.array(wish, { maxLength: 4 }), fc.nat(1_000), (lines, before, size) => {
      const issued = notesFor(lines, before);
      const left = creditable({ currency: eur, invoice: lines, issued });
      const total = shareOf(left.gross, size);
      if (units(total) === 0n) return;
      const note = creditNote({ currency: eur, invoice: lines, issued, credit: { total } });
      expect(note.gross).toEqual(total);
      const all = left.lines.reduce((sum, { gross }) => sum + units(gross), 0n);
      for (const code of codes) {
        const exact = rational(units(total) * taxesOf(left.lines, code), all);
        expect(distance(taxesOf(note.lines, code), exact, rational(1n))).toBe(-1);
      }
    }),
    { runs: 300 },
  );
});

test('each tax of gross amounts is at most half a unit per tax off the shares of their lines', () => {
  const sizes = fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 });
  checkProperty(
    fc.property(invoice, fc.array(wish, { maxLength: 4 }), sizes, (lines, before, thousandths) => {
      const issued = notesFor(lines, before);
      const { lines: left } = creditable({ currency: eur, invoice: lines, issued });
      const credit = left.flatMap(({ gross }, line): CreditRequest[] => {
        const amount = shareOf(gross, thousandths[line] ?? 0);
        return units(amount) > 0n ? [{ line, of: 'gross', amount }] : [];
      });
      if (credit.length === 0) return;
      const note = orRefused(() => creditNote({ currency: eur, invoice: lines, issued, credit }));
      if (note === undefined) return;
      expect(note.lines.map(({ line, gross }) => ({ line, of: 'gross', amount: gross }))).toEqual(
        credit,
      );
      const taxes = codes.filter((code) => note.lines.some((line) => hasTax(line, code)));
      for (const code of taxes) {
        const exact = sum(
          credit.map(({ line, amount }) => {
            const rest = left.slice(line, line + 1);
            const whole = rest.reduce((gross, each) => gross + units(each.gross), 0n);
            return rational(units(amount) * taxesOf(rest, code), whole);
          }),
        );
        const most = rational(BigInt(taxes.length), 2n);
        expect(distance(taxesOf(note.lines, code), exact, most)).not.toBe(1);
      }
    }),
    { runs: 300 },
  );
});

test('a line credited net in any number of steps gives back its whole tax', () => {
  checkProperty(
    fc.property(invoice, fc.array(fc.nat(1_000), { maxLength: 5 }), (lines, steps) => {
      const index = lines.findIndex(({ net, taxes }) =>
        [net, ...taxes.map(({ tax }) => tax)].every((part) => units(part) > 0n),
      );
      // What one line alone can give back is not limited by corrections on others.
      const line = lines[index];
      if (line === undefined) return;
      const issued: CreditNote[] = [];
      for (const thousandths of [...steps, 1_000]) {
        const { lines: left } = creditable({ currency: eur, invoice: [line], issued });
        const amount = shareOf(left[0]?.net, thousandths);
        if (units(amount) === 0n) continue;
        const credit = [{ line: 0, of: 'net' as const, amount }];
        issued.push(creditNote({ currency: eur, invoice: [line], issued, credit }));
      }
      const given = issued.map((note) => note.gross);
      expect(sumMoney(given, eur)).toEqual(line.gross);
    }),
  );
});

test('hundreds of lines are credited in one note, each with its share of the tax', () => {
  const line = fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.nat(9_999)).map(([net, tax]) => ({
    net: money(BigInt(net), eur),
    taxes: [{ code: 'vat', tax: money(BigInt(tax), eur) }],
    gross: money(BigInt(net + tax), eur),
  }));
  const lines = fc.array(line, { minLength: 150, maxLength: 300, size: 'max' });
  checkProperty(
    fc.property(lines, (invoiced) => {
      const credit = invoiced.map(({ net }, index) => ({
        line: index,
        of: 'net' as const,
        amount: money((net.minorUnits + 1n) / 2n, eur),
      }));
      const note = creditNote({ currency: eur, invoice: invoiced, credit });
      expectPartsAddUp(note);
      const issued = [note];
      const { gross: total } = creditable({ currency: eur, invoice: invoiced, issued });
      const rest = creditNote({ currency: eur, invoice: invoiced, issued, credit: { total } });
      const all = sumMoney(
        invoiced.map((each) => each.gross),
        eur,
      );
      expect(addMoney(note.gross, rest.gross)).toEqual(all);
    }),
    { runs: 10 },
  );
});

/** Issues what is possible of the wishes, one after another; the rest must be refused by name. */
function notesFor(
  lines: readonly TaxedLine[],
  wishes: readonly { line: number; of: 'net' | 'gross' | 'total'; thousandths: number }[],
): CreditNote[] {
  const issued: CreditNote[] = [];
  for (const { line, of, thousandths } of wishes) {
    const left = creditable({ currency: eur, invoice: lines, issued });
    const most = of === 'total' ? left.gross : left.lines[line % lines.length]?.[of];
    const amount = shareOf(most, thousandths);
    const request = { line: line % lines.length, of, amount } as CreditRequest;
    const credit = of === 'total' ? { total: amount } : [request];
    const issue = () => creditNote({ currency: eur, invoice: lines, issued, credit });
    if (units(amount) > 0n && units(amount) <= units(most ?? amount)) {
      // Corrections on other lines may leave the invoice less than the line.
      const note = orRefused(issue);
      if (note !== undefined) issued.push(note);
    } else {
      expect(issue).toThrow(expect.objectContaining({ reason: 'INVALID_CREDIT_NOTE' }));
    }
  }
  return issued;
}

function orRefused(issue: () => CreditNote): CreditNote | undefined {
  try {
    return issue();
  } catch (error) {
    expect(error).toMatchObject({ violations: [{ field: 'credit', rule: 'within_invoice' }] });
    return undefined;
  }
}

/** A tax of all lines together, in cents. */
function taxesOf(lines: readonly TaxedLine[], code: string): bigint {
  const own = lines.flatMap(({ taxes }) => taxes.filter((entry) => entry.code === code));
  return own.reduce((total, { tax }) => total + units(tax), 0n);
}

function hasTax({ taxes }: TaxedLine, code: string): boolean {
  return taxes.some((entry) => entry.code === code);
}

/** -1, 0 or 1 as two numbers are nearer than, just as near as or farther off than `limit`. */
function distance(whole: bigint, exact: Rational, limit: Rational): -1 | 0 | 1 {
  const error = minus(rational(whole), exact);
  return compare(sign(error) < 0 ? negated(error) : error, limit);
}

function shareOf(amount: Money | undefined, thousandths: number): Money {
  return money(((amount?.minorUnits ?? 0n) * BigInt(thousandths)) / 1_000n, eur);
}

function expectPartsAddUp({ lines, net, tax, gross }: CreditNote): void {
  for (const line of lines) {
    const parts = [line.net, ...line.taxes.map((entry) => entry.tax)];
    expect(parts.every((part) => units(part) >= 0n)).toBe(true);
    expect(sumMoney(parts, eur)).toEqual(line.gross);
  }
  const sum = (of: (line: TaxedLine) => Money) => sumMoney(lines.map(of), eur);
  expect(sum((line) => line.net)).toEqual(net);
  expect(sum((line) => line.gross)).toEqual(gross);
  expect(addMoney(net, tax)).toEqual(gross);
}

/** Nothing may be taken from what is not above zero. */
function expectWithin(parts: readonly Money[], whole: Money): void {
  const most = units(whole) > 0n ? units(whole) : 0n;
  expect(units(sumMoney(parts, eur))).toBeLessThanOrEqual(most);
}
