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

describe('the tax of a credit note is right however many lines it has', () => {
  const eur = currency('EUR');
  const uniform = (count: number, net: string, vat: string) =>
    Array.from({ length: count }, () => lineFrom({ net, taxes: { vat } }, eur));
  const totals = (input: Omit<CreditNoteInput, 'currency'>) => {
    const { net, tax, gross } = creditNote({ currency: eur, ...input });
    return [net, tax, gross].map(moneyToDecimal);
  };

  test.each([
    [100, '0.05', '0.01', '3.00', ['2.50', '0.50', '3.00']],
    [1_000, '0.10', '0.02', '20.00', ['16.67', '3.33', '20.00']],
  ])('%i lines of %s + %s, %s of it back', (count, net, vat, total, expected) => {
    const invoice = uniform(count, net, vat);
    const whole = parseMoney(total, eur);
    expect(totals({ invoice, credit: { total: whole } })).toEqual(expected);
    const amount = money(whole.minorUnits / BigInt(count), eur);
    const credit = invoice.map((_, line) => ({ line, of: 'gross' as const, amount }));
    expect(totals({ invoice, credit })).toEqual(expected);
    expect(totals({ invoice, credit: credit.toReversed() })).toEqual(expected);
  });

  test('half of the lines without tax: a total takes of each tax its share of the invoice', () => {
    const free = Array.from({ length: 100 }, () => lineFrom({ net: '0.05', taxes: {} }, eur));
    const invoice = [...free, ...uniform(100, '0.05', '0.01')];
    const credit = { total: parseMoney('3.00', eur) };
    // 3 of 11, of a tax of 1.00.
    expect(totals({ invoice, credit })).toEqual(['2.73', '0.27', '3.00']);
  });
});

test('a line with a part below zero gives back no more than it comes to', () => {
  const eur = currency('EUR');
  const invoice = [lineFrom({ net: '-0.01', taxes: { a: '0.01', b: '0.01' } }, eur)];
  const credit = { total: money(1n, eur) };
  const note = creditNote({ currency: eur, invoice, credit });
  expect(shown(note).lines).toEqual([
    { line: 0, net: '0.00', taxes: { a: '0.01', b: '0.00' }, gross: '0.01' },
  ]);
  const gross = [{ line: 0, of: 'gross' as const, amount: money(1n, eur) }];
  expect(shown(creditNote({ currency: eur, invoice, credit: gross }))).toEqual(shown(note));
  expect(violationsOf({ currency: eur, invoice, issued: [note], credit })).toEqual([
    'credit.total within_invoice',
  ]);
});

test('every amount of a note has the law of the invoice, whatever law its request has', () => {
  const [eur, even] = [currency('EUR'), currency('EUR', { rounding: 'half_even' })];
  const invoice = ['1', '2'].map((net) => lineFrom({ net, taxes: { vat: '0.50' } }, eur));
  const amount = money(50n, even);
  const lines = [
    { line: 0, of: 'net' as const, amount },
    { line: 1, of: 'gross' as const, amount },
  ];
  for (const credit of [{ total: amount }, lines]) {
    const note = creditNote({ currency: eur, invoice, credit });
    const parts = note.lines.flatMap(({ net, taxes, gross }) => [
      net,
      gross,
      ...taxes.map(({ tax }) => tax),
    ]);
    const laws = [note.net, note.tax, note.gross, ...parts].map((each) => each.currency.rounding);
    expect(new Set(laws)).toEqual(new Set(['half_away_from_zero']));
  }
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

  test('a note that took one part twice for another stops any further one', () => {
    const invoice = ['100', '100'].map((net) => lineFrom({ net, taxes: { vat: '20' } }, eur));
    const note = creditNote({
      currency: eur,
      invoice,
      credit: [{ line: 0, of: 'gross', amount: parseMoney('100', eur) }],
    });
    const credit = [{ line: 0, of: 'net' as const, amount: parseMoney('50', eur) }];
    for (const [net, vat] of [
      ['50', '50'],
      ['110', '0'],
    ] as const) {
      const issued = [{ ...note, lines: [{ line: 0, ...lineFrom({ net, taxes: { vat } }, eur) }] }];
      expect(violationsOf({ currency: eur, invoice, issued, credit })).toContain(
        'issued within_line',
      );
    }
  });

  test('taxes that the line has not, or that it has twice, are named', () => {
    const note = creditNote({ currency: eur, invoice: [line], credit: all('1') });
    const foreign = lineFrom({ net: '1', taxes: { gst: '1' } }, eur);
    const issued = [{ ...note, lines: [{ line: 0, ...foreign }] }];
    const input = { currency: eur, credit: all('1') };
    expect(violationsOf({ ...input, invoice: [line], issued })).toEqual([
      'issued[0].lines[0].taxes known',
    ]);
    const taxes = [...line.taxes, ...line.taxes];
    const twice = spoilt({ taxes, gross: parseMoney('14.00', eur) });
    expect(violationsOf({ ...input, invoice: [twice] })).toEqual(['invoice[0].taxes unique']);
  });

  test('a request that is neither net nor gross is named with everything else', () => {
    const request = { line: 1, of: 'half', amount: parseMoney('0', eur) } as unknown;
    const credit = [request] as CreditNoteInput['credit'];
    expect(violationsOf({ currency: eur, invoice: [line], credit })).toEqual([
      'credit[0].amount positive',
      'credit[0].line existing',
      'credit[0].of known',
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
