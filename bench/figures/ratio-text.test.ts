import { expect, test } from '@jest/globals';
import { ratioText } from './ratio-text.ts';

test('the median of the ratios stands before the ratio of each round', () => {
  const runs = (...rates: number[]) => rates.map((perSecond) => ({ perSecond }));
  expect(ratioText(runs(6, 8, 20), runs(1, 2, 4))).toBe('5.00× (6.00 4.00 5.00)');
  const own = runs(1, 2);
  expect(ratioText(own, own)).toBe('1.00×');
});
