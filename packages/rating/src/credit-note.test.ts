import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type Currency,
  currency,
  type Money,
  money,
  moneyToDecimal,
  parseMoney,
  sumMoney,
  type TaxedLine,
} from '@tollgate/money';
import { type CreditNote, type CreditNoteInput, creditable, creditNote } from './index.ts';

interface LineText {
  net: string;
  taxes: Record<string, string>;
}
type CreditText = { total: string } | { line: number; of: 'net' | 'gross'; amount: string }[];
interface Vector {
  name: string;
  currency: string;
  invoice: LineText[];
  notes: { credit: CreditText; result?: unknown }[];
  left?: string[];
  left_of_invoice?: string;
  refused?: { credit: CreditText; violations: string[] };
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/credit-notes.json', import.meta.url), 'utf8'),
);

test.each(vectors)('$name', ({ invoice: lines, notes, refused, left, ...vector }) => {
  const scale = currency(vector.currency);
  const invoice = lines.map((line) => lineFrom(line, scale));
  const issued: CreditNote[] = [];
  for (const { credit, result } of notes) {
    const note = creditNote({ currency: scale, invoice, issued, credit: from(credit, scale) });
    if (result !== undefined) expect(shown(note)).toEqual(result);
    issued.push(note);
  }
  if (left !== undefined) {
    const rest = creditable({ currency: scale, invoice, issued });
    expect(rest.lines.map(({ gross }) => moneyToDecimal(gross))).toEqual(left);
    expect(moneyToDecimal(rest.gross)).toBe(vector.left_of_invoice);
  }
  if (refused !== undefined) {
    const input = { currency: scale, invoice, issued, credit: from(refused.credit, scale) };
    expect(violationsOf(input)).toEqual(refused.violations);
  }
});

test('net amounts of lines with different taxes each give back their own', () => {
  const eur = currency('EUR');
  const amount = parseMoney('5', eur);
  const lines = [{ vat: '2' }, { city: '1' }, {}, { vat: '2', city: '1' }];
  const invoice = lines.map((taxes: Record<string, string>) => lineFrom({ net: '10', taxes }, eur));
  const credit = lines.map((_, line) => ({ line, of: 'net' as const, amount }));
  const note = shown(creditNote({ currency: eur, invoice, credit }));
  expect(note.lines.map(({ taxes }) => taxes)).toEqual([
    { vat: '1.00' },
    { city: '0.50' },
    {},
    { vat: '1.00', city: '0.50' },
  ]);
  expect([note.net, note.tax, note.gross]).toEqual(['20.00', '3.00', '23.00']);
});

test.each([
  ['nothing', '-10'],
  ['less than nothing', '-11'],
])('of a line that comes to %s nothing is credited, not even its net', (_, tax) => {
  const eur = currency('EUR');
  const invoice = [lineFrom({ net: '10', taxes: { rebate: tax, vat: '0' } }, eur)];
  const { lines, gross } = creditable({ currency: eur, invoice, issued: [] });
  const nothing = money(0n, eur);
  const taxes = ['rebate', 'vat'].map((code) => ({ code, tax: nothing }));
  expect(lines).toEqual([{ net: nothing, taxes, gross: nothing }]);
  expect(gross).toEqual(nothing);
});

describe('what comes from elsewhere is not believed', () => {
  const eur = currency('EUR');
  const line = lineFrom({ net: '10.00', taxes: { vat: '2.00' } }, eur);
  const all = (units: string) => ({ total: parseMoney(units, eur) });
  const spoilt = (change: object) => ({ ...line, ...change }) as TaxedLine;

  test('an invoice line whose parts do not add up is refused', () => {
    const invoice = [spoilt({ gross: parseMoney('12.01', eur) })];
    const input = { currency: eur, invoice, credit: all('1') };
    expect(violationsOf(input)).toEqual(['invoice[0] adds_up']);
  });

  test('earlier credit notes that took too much or from nowhere stop any further one', () => {
    const note = creditNote({ currency: eur, invoice: [line], credit: all('12') });
    const invoice = [line];
    expect(
      violationsOf({ currency: eur, invoice, issued: [note, note], credit: all('1') }),
    ).toEqual(['issued within_line', 'credit.total within_invoice']);
    expect(violationsOf({ currency: eur, invoice: [], issued: [note], credit: all('1') })).toEqual([
      'issued[0].lines[0] existing',
      'credit.total within_invoice',
    ]);
    const negative = { ...note, lines: [{ ...lineFrom({ net: '-1', taxes: {} }, eur), line: 0 }] };
    expect(violationsOf({ currency: eur, invoice, issued: [negative], credit: all('1') })).toEqual([
      'issued[0].lines[0] not_negative',
    ]);
  });

  test('amounts of another currency are named, wherever they are', () => {
    const usd = currency('USD');
    const foreign = lineFrom({ net: '1', taxes: { vat: '1' } }, usd);
    const tax = { ...line, taxes: foreign.taxes };
    const issued = [
      creditNote({ currency: usd, invoice: [foreign], credit: { total: foreign.net } }),
    ];
    const credit = [{ line: 0, of: 'net' as const, amount: foreign.net }];
    expect(violationsOf({ currency: eur, invoice: [foreign, tax], issued, credit })).toEqual([
      'invoice[0] same_currency',
      'invoice[1] same_currency',
      'issued[0].lines[0] same_currency',
      'credit[0].amount same_currency',
    ]);
    expect(
      violationsOf({ currency: eur, invoice: [line], credit: { total: foreign.net } }),
    ).toEqual(['credit.total same_currency']);
  });
});

function lineFrom({ net: text, taxes }: LineText, scale: Currency): TaxedLine {
  const amount = (value: string) => parseMoney(value, scale, { allowNegative: true });
  const parts = Object.entries(taxes).map(([code, tax]) => ({ code, tax: amount(tax) }));
  const net = amount(text);
  return { net, taxes: parts, gross: sumMoney([net, ...parts.map(({ tax }) => tax)], scale) };
}

function from(credit: CreditText, scale: Currency): CreditNoteInput['credit'] {
  const amount = (value: string) => parseMoney(value, scale, { allowNegative: true });
  if ('total' in credit) return { total: amount(credit.total) };
  return credit.map((request) => ({ ...request, amount: amount(request.amount) }));
}

function shown({ lines, ...totals }: CreditNote) {
  const text = (amount: Money) => moneyToDecimal(amount);
  return {
    lines: lines.map(({ line, net, taxes, gross }) => ({
      line,
      net: text(net),
      taxes: Object.fromEntries(taxes.map(({ code, tax }) => [code, text(tax)])),
      gross: text(gross),
    })),
    net: text(totals.net),
    tax: text(totals.tax),
    gross: text(totals.gross),
  };
}

function violationsOf(input: CreditNoteInput): string[] {
  try {
    creditNote(input);
  } catch (error) {
    expect(error).toMatchObject({ name: 'RatingError', reason: 'INVALID_CREDIT_NOTE' });
    const { violations } = error as { violations: { field: string; rule: string }[] };
    return violations.map(({ field, rule }) => `${field} ${rule}`);
  }
  return [];
}
