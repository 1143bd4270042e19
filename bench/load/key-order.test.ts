import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { createKeyOrder, zipfRanks } from './key-order.ts';

const keys = fc.integer({ min: 1, max: 500 });
const seed = fc.integer({ min: 0, max: 9_999 });

test('a share belongs to the rank whose part of the sum it falls into', () => {
  const exponent = fc.double({ min: 0.1, max: 3, noNaN: true });
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const property = fc.property(keys, exponent, share, (keys, exponent, share) => {
    const rank = zipfRanks({ keys, exponent })(share);
    const weights = Array.from({ length: keys }, (_, at) => 1 / (at + 1) ** exponent);
    const sumOf = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0);
    const before = sumOf(weights.slice(0, rank)) / sumOf(weights);
    const upTo = sumOf(weights.slice(0, rank + 1)) / sumOf(weights);
    expect(before).toBeLessThanOrEqual(share + 1e-12);
    expect(upTo).toBeGreaterThan(share - 1e-12);
  });
  checkProperty(property, { runs: 500 });
});

test('each key gets its share of the draws', () => {
  const [count, draws] = [100, 200_000];
  const order = createKeyOrder('zipf', { keys: count, seed: 7 });
  const seen = new Float64Array(count);
  for (let at = 0; at < draws; at += 1) {
    const rank = order(at);
    seen[rank] = (seen[rank] ?? 0) + 1;
  }
  const sum = seen.reduce((before, _, at) => before + (at + 1) ** -1.1, 0);
  for (const [rank, times] of seen.entries()) {
    const expected = (draws * (rank + 1) ** -1.1) / sum;
    // Six standard deviations.
    expect(Math.abs(times - expected)).toBeLessThan(6 * Math.sqrt(expected));
  }
});

test('the same seed makes the same load, and another one another', () => {
  const property = fc.property(seed, (seed) => {
    const ranks = (of: number) => {
      const order = createKeyOrder('zipf', { keys: 10_000, seed: of });
      return Array.from({ length: 50 }, (_, at) => order(at));
    };
    expect(ranks(seed)).toEqual(ranks(seed));
    expect(ranks(seed)).not.toEqual(ranks(seed + 1));
  });
  checkProperty(property);
});

test('uniform asks every key once before it asks one again; hot asks one only', () => {
  const property = fc.property(keys, seed, (keys, seed) => {
    const order = createKeyOrder('uniform', { keys, seed });
    const twice = Array.from({ length: 2 * keys }, (_, at) => order(at));
    expect(new Set(twice.slice(0, keys)).size).toBe(keys);
    expect(twice.slice(keys)).toEqual(twice.slice(0, keys));
    const hot = createKeyOrder('hot', { keys, seed });
    expect(new Set(twice.map((_, at) => hot(at)))).toEqual(new Set([0]));
  });
  checkProperty(property);
});
