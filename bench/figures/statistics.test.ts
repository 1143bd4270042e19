import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { median, middle, percentile, ratios } from './statistics.ts';

const eighths = fc.integer({ min: -1e6, max: 1e6 }).map((number) => number / 8);
const numbers = fc.array(eighths, { minLength: 1 });

test('as many values lie above the median as below it, in whatever order they come', () => {
  const property = fc.property(numbers, (values) => {
    const between = median(values);
    const below = values.filter((value) => value < between).length;
    const above = values.filter((value) => value > between).length;
    expect(below).toBeLessThanOrEqual(values.length / 2);
    expect(above).toBeLessThanOrEqual(values.length / 2);
    expect(median(values.toReversed())).toBe(between);
  });
  checkProperty(property);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('a percentile is one of the values, with at most its share of them below', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const property = fc.property(numbers, share, (values, of) => {
    const value = percentile(Float64Array.from(values), of);
    expect(values).toContain(value);
    const below = values.filter((one) => one < value).length;
    expect(below).toBeLessThanOrEqual(values.length * of);
  });
  checkProperty(property);
  expect(percentile(Float64Array.from([1, 2, 3, 4]), 0.5)).toBe(3);
  expect(percentile(new Float64Array(), 0.5)).toBeNaN();
});

test('ratios are taken round by round, and a round that only one has is none', () => {
  const of = ({ rate }: { rate: number }) => rate;
  const [ours, others] = [
    [{ rate: 10 }, { rate: 30 }, { rate: 7 }],
    [{ rate: 5 }, { rate: 10 }],
  ] as const;
  expect(ratios(ours, others, of)).toEqual([2, 3]);
  expect(middle(ours, of)).toBe(10);
});
