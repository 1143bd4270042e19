import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { addMoney, exactText, type Money, money, moneyToDecimal } from '@tollgate/money';
import { period } from '@tollgate/periods';
import { undescribedFields } from '@tollgate/testkit/vector-fields';
import { parseExact } from './exact-text.ts';
import { type PriceDocument, parsePrice, rateLine, shareOfPeriod } from './index.ts';
import { type LineVector, usageFrom } from './testing/line-vector.ts';

const folder = new URL('../vectors/', import.meta.url);
const read = <Vector>(name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Vector[];
const from = ({ start, end }: { start: string; end: string }) =>
  period(Temporal.Instant.from(start), Temporal.Instant.from(end));

describe('lines of one period, one after the other', () => {
  interface Vector {
    name: string;
    price: PriceDocument;
    share?: string;
    steps: { usage: LineVector['usage']; interim?: boolean }[];
    amounts: string[];
    total: string;
  }
  test.each(read<Vector>('deltas'))('$name', ({ steps, amounts, total, ...vector }) => {
    const price = parsePrice(vector.price);
    const share = vector.share === undefined ? {} : { share: parseExact(vector.share, 'share') };
    let billed: Money = money(0n, price.currency);
    const found = steps.map(({ usage, interim = false }) => {
      const line = rateLine({ price, usage: usageFrom(usage), billed, interim, ...share });
      billed = addMoney(billed, line.amount);
      return moneyToDecimal(line.amount);
    });
    expect([found, moneyToDecimal(billed)]).toEqual([amounts, total]);
  });
});

describe('segments of a period, each with its share', () => {
  interface PeriodText {
    start: string;
    end: string;
  }
  interface Vector {
    name: string;
    price: PriceDocument;
    zone: string;
    whole: PeriodText;
    segments: (PeriodText & { usage: LineVector['usage'] })[];
    results: { share: string; amount: string }[];
  }
  test.each(read<Vector>('partial-periods'))('$name', ({ zone, segments, results, ...vector }) => {
    const price = parsePrice(vector.price);
    const whole = from(vector.whole);
    const found = segments.map(({ usage, ...segment }) => {
      const share = shareOfPeriod({ price, part: from(segment), whole, zone });
      const { amount } = rateLine({ price, usage: usageFrom(usage), share });
      return { share: exactText(share), amount: moneyToDecimal(amount) };
    });
    expect(found).toEqual(results);
  });
});

test.each(undescribedFields(folder))('the README describes every field of %s', (_, fields) => {
  expect(fields).toEqual([]);
});
