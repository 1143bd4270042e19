import { expect, test } from '@jest/globals';
import { readTimeout } from './timeout.ts';

test.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['30S', 30_000],
  ['20m', 20],
  ['1500u', 1.5],
  ['250000n', 0.25],
  ['0S', 0],
  ['99999999H', 359_999_996_400_000],
])('%s is %d ms', (text, ms) => {
  expect(readTimeout(text)).toBeCloseTo(ms, 9);
});

test.each(['', '5', 'S', '-1S', '1.5S', '123456789S', '1s', '1S ', ' 1S', '1SS', '+1S'])(
  '"%s" is none',
  (text) => {
    expect(readTimeout(text)).toBeUndefined();
  },
);
