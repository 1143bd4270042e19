import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  allocate,
  applyDiscounts,
  type Currency,
  currency,
  type Discount,
  type Money,
  moneyToDecimal,
  parseDecimal,
  parseMoney,
  percent,
  type Rounding,
  roundToMoney,
  taxLines,
  times,
} from './index.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
const signed = { allowNegative: true };
const amountIn = (scale: Currency) => (text: string) => parseMoney(text, scale, signed);
const decimals = (amounts: readonly Money[]) => amounts.map(moneyToDecimal);

describe('rounding', () => {
  type Vector = Record<'name' | 'quantity' | 'unit_price' | 'currency' | 'amount', string> & {
    rounding: Rounding;
  };
  test.each(read('rounding') as Vector[])('$name ($rounding)', (vector) => {
    const exact = times(parseDecimal(vector.quantity, signed), parseDecimal(vector.unit_price));
    const amount = roundToMoney(exact, currency(vector.currency, vector));
    expect(moneyToDecimal(amount)).toBe(vector.amount);
  });
});

describe('allocation', () => {
  interface Vector {
    name: string;
    currency: string;
    total: string;
    weights: string[];
    parts: string[];
  }
  test.each(read('allocation') as Vector[])('$name', (vector) => {
    const total = amountIn(currency(vector.currency))(vector.total);
    const weights = vector.weights.map((weight) => parseDecimal(weight, signed));
    expect(decimals(allocate(total, weights))).toEqual(vector.parts);
  });
});

describe('tax', () => {
  interface Vector {
    name: string;
    currency: string;
    currency_rounding: Rounding;
    rates: { code: string; percent: string; compound: boolean }[];
    lines: { amount: string; taxes: string[] }[];
    inclusive: boolean;
    rounding: 'per_rate' | 'per_line';
    result: unknown;
  }
  test.each(read('tax') as Vector[])('$name', (vector) => {
    const scale = currency(vector.currency, { rounding: vector.currency_rounding });
    const result = taxLines({
      currency: scale,
      rates: vector.rates.map((rate) => ({ ...rate, rate: percent(parseDecimal(rate.percent)) })),
      lines: vector.lines.map(({ amount, taxes }) => ({ amount: amountIn(scale)(amount), taxes })),
      inclusive: vector.inclusive,
      rounding: vector.rounding,
    });
    expect(inDecimals(result)).toEqual(vector.result);
  });
});

describe('discounts', () => {
  interface Vector {
    name: string;
    currency: string;
    lines: string[];
    discounts: { kind: string; percent?: string; amount?: string; lines?: number[] }[];
    result: unknown;
  }
  test.each(read('discounts') as Vector[])('$name', (vector) => {
    const scale = currency(vector.currency);
    const discounts = vector.discounts.map(({ percent: share, amount, lines }): Discount => {
      const scope = lines === undefined ? {} : { lines };
      if (share === undefined) {
        return { kind: 'amount', amount: amountIn(scale)(amount ?? ''), ...scope };
      }
      return { kind: 'percentage', rate: percent(parseDecimal(share)), ...scope };
    });
    const lines = vector.lines.map(amountIn(scale));
    expect(inDecimals(applyDiscounts({ currency: scale, lines, discounts }))).toEqual(
      vector.result,
    );
  });
});

/** The same structure with every amount as its decimal text, as the vectors write it. */
function inDecimals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inDecimals);
  if (typeof value !== 'object' || value === null) return value;
  if ('minorUnits' in value) return moneyToDecimal(value as Money);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inDecimals(entry)]));
}
