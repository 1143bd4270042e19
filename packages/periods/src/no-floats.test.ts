import { expect, test } from '@jest/globals';
import { inexactCode } from '@tollgate/testkit/exactness';

/** Counts of months, days and hours are numbers: whole ones, far below 2^53, as each reason says. */
const exceptions = [
  ['calendar.ts', 'Number(value)', 'is only compared, and only once it is a safe integer'],
  ['cycle.ts', 'number * count', 'at most the largest number times the largest count of a unit'],
  ['cycle.ts', '3 * units', 'months of quarters, bounded as their number and count are'],
  ['cycle.ts', '(to.year - from.year) * 12', 'months between years that Temporal can hold'],
  ['cycle.ts', '((dividend % divisor) + divisor) % divisor', 'the rest of whole numbers is one'],
  ['cycle.ts', 'dividend % divisor', 'the rest of whole numbers is one'],
  ['cycle.ts', '(dividend - rest) / divisor', 'divides without a rest, which was taken off'],
  ['hours.ts', '367 * 24', 'a constant'],
].map(([file = '', code = '', reason = '']) => ({ file, code, reason }));

test('no source has floating point, a clock, I/O or the locale of the machine', () => {
  expect(inexactCode(new URL('.', import.meta.url), exceptions)).toEqual([]);
});
