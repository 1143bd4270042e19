import { expect, test } from '@jest/globals';
import { heapAfterIn } from './heap-after.ts';

test('the heap after a collection of all of it is read, and no other line', () => {
  const whole =
    '[1:0x2e]  1278 ms: Mark-Compact 46.6 (72.9) -> 34.5 (72.7) MB, pooled: 0.2 MB, 12 ms';
  expect(heapAfterIn(whole)).toBe(34.5 * 1_048_576);
  expect(heapAfterIn('[1:0x2e]  155 ms: Scavenge 9.3 (10.0) -> 8.9 (10.7) MB')).toBeUndefined();
  expect(heapAfterIn('{"msg":"Mark-Compact 1.0 (1.0) -> 1.0 ("}')).toBeUndefined();
});
