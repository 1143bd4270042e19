import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { undescribedFields } from '@tollgate/testkit/vector-fields';
import {
  allocate,
  allocateWithin,
  applyDiscounts,
  type Currency,
  currency,
  type Discount,
  decimalViolations,
  exactText,
  type Money,
  moneyToDecimal,
  parseDecimal,
  parseMoney,
  percent,
  type Rounding,
  rational,
  roundTogether,
  roundToMoney,
  subtractMoney,
  sumMoney,
  taxLines,
  times,
} from './index.ts';

const folder = new URL('../vectors/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
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

describe('rounding together', () => {
  interface Vector extends Record<'name' | 'currency' | 'total', string> {
    currency_rounding: Rounding;
    values: string[];
    parts: string[];
  }
  test.each(read('together') as Vector[])('$name', (vector) => {
    const scale = currency(vector.currency, { rounding: vector.currency_rounding });
    const parts = roundTogether(vector.values.map(fraction), scale);
    expect(decimals(parts)).toEqual(vector.parts);
    expect(moneyToDecimal(sumMoney(parts, scale))).toBe(vector.total);
  });
});

describe('allocation within room', () => {
  interface Vector extends Record<'name' | 'currency', string> {
    room: string[];
    totals: string[];
    results: ({ parts: string[] } | { refused: string })[];
    left: string[];
  }
  test.each(read('within-room') as Vector[])('$name', (vector) => {
    const amount = amountIn(currency(vector.currency));
    let room = vector.room.map(amount);
    vector.totals.map(amount).forEach((total, index) => {
      const expected = vector.results[index] ?? { refused: '' };
      if ('refused' in expected) {
        const violations = [expect.objectContaining({ rule: expected.refused })];
        const error = expect.objectContaining({ reason: 'INVALID_ALLOCATION', violations });
        expect(() => allocateWithin(total, room)).toThrow(error);
        return;
      }
      const parts = allocateWithin(total, room);
      expect(decimals(parts)).toEqual(expected.parts);
      room = room.map((left, line) => subtractMoney(left, parts[line] ?? left));
    });
    expect(decimals(room)).toEqual(vector.left);
  });
});

describe('decimal texts', () => {
  interface Vector {
    name: string;
    text: unknown;
    fraction_digits_max?: number;
    integer_digits_max?: number;
    allow_negative?: boolean;
    value?: string;
    rules?: string[];
  }
  test.each(read('decimals') as Vector[])('$name', (vector) => {
    const limits = {
      ...(vector.fraction_digits_max !== undefined && {
        fractionDigitsMax: vector.fraction_digits_max,
      }),
      ...(vector.integer_digits_max !== undefined && {
        integerDigitsMax: vector.integer_digits_max,
      }),
      ...(vector.allow_negative !== undefined && { allowNegative: vector.allow_negative }),
    };
    const rules = decimalViolations(vector.text, limits).map(({ rule }) => rule);
    expect(rules.sort()).toEqual(vector.rules ?? []);
    if (vector.value === undefined) return;
    expect(exactText(parseDecimal(vector.text as string, limits))).toBe(vector.value);
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
    currency_rounding?: Rounding;
    lines: string[];
    discounts: { kind: string; percent?: string; amount?: string; lines?: number[] }[];
    result: unknown;
  }
  test.each(read('discounts') as Vector[])('$name', (vector) => {
    const { currency_rounding: rounding } = vector;
    const scale = currency(vector.currency, rounding === undefined ? {} : { rounding });
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

test.each(undescribedFields(folder))('the README describes every field of %s', (_, fields) => {
  expect(fields).toEqual([]);
});

/** `1/3` or a decimal. */
function fraction(text: string) {
  const [numerator = '', denominator] = text.split('/');
  if (denominator === undefined) return parseDecimal(text, signed);
  return rational(BigInt(numerator), BigInt(denominator));
}

/** The same structure with every amount as its decimal text, as the vectors write it. */
function inDecimals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inDecimals);
  if (typeof value !== 'object' || value === null) return value;
  if ('minorUnits' in value) return moneyToDecimal(value as Money);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inDecimals(entry)]));
}
