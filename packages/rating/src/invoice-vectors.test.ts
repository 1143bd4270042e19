import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { currency, money, moneyToDecimal } from '@tollgate/money';
import { invoiceTotal } from './index.ts';
import { type InvoiceVector, invoiceResult } from './testing/invoice-vector.ts';
import { type LineVector, lineFrom } from './testing/line-vector.ts';

const read = <Vector>(name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Vector[];

describe('invoices', () => {
  test.each(read<InvoiceVector>('invoices'))('$name', (vector) => {
    expect(invoiceResult(vector)).toEqual(vector.result);
  });
});

describe('every step of an invoice, from usage to what is due', () => {
  type Vector = InvoiceVector & { items: LineVector[] };
  test.each(read<Vector>('bills'))('$name', ({ items, ...vector }) => {
    const lines = items.map((item) => moneyToDecimal(lineFrom(item).amount));
    expect(lines).toEqual(vector.lines);
    expect(invoiceResult({ ...vector, lines })).toEqual(vector.result);
  });
});

test('lines alone are an invoice: no coupon, no tax, no credit', () => {
  const usd = currency('USD');
  const lines = [{ amount: money(1_234n, usd), taxes: [] }];
  const { coupons, taxed, credits, due, carried } = invoiceTotal({ currency: usd, lines });
  expect(coupons.applied).toEqual([]);
  expect([taxed.net, taxed.tax, taxed.gross].map(moneyToDecimal)).toEqual([
    '12.34',
    '0.00',
    '12.34',
  ]);
  expect(credits.postings).toEqual([]);
  expect([due, carried].map(moneyToDecimal)).toEqual(['12.34', '0.00']);
});
