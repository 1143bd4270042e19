import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type PriceDocument,
  parsePrice,
  priceViolations,
  RatingError,
  recompute,
  toLineDocument,
  wrongFields,
} from './index.ts';
import { type LineVector, lineFrom } from './testing/line-vector.ts';

const read = <Vector>(name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Vector[];

describe('lines', () => {
  test.each(read<LineVector>('lines'))('$name', (vector) => {
    const document = toLineDocument(lineFrom(vector));
    expect([document.steps.exact, document.steps.rounded, document.amount]).toEqual([
      vector.exact,
      vector.rounded,
      vector.amount,
    ]);
    const stored = JSON.parse(JSON.stringify(document));
    expect(toLineDocument(recompute(stored))).toEqual(stored);
    expect(wrongFields(stored)).toEqual([]);
  });
});

describe('prices that are refused', () => {
  interface Vector {
    name: string;
    price: PriceDocument;
    violations: string[];
  }
  test.each(read<Vector>('invalid-prices'))('$name', ({ price, violations }) => {
    const found = priceViolations(price).map(({ field, rule }) => `${field} ${rule}`);
    expect(found.sort()).toEqual(violations);
    expect(() => parsePrice(price)).toThrow(RatingError);
    const error = expect.objectContaining({ reason: 'INVALID_PRICE' });
    expect(() => parsePrice(price)).toThrow(error);
  });
});
