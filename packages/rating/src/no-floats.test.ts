import { expect, test } from '@jest/globals';
import { inexactCode } from '@tollgate/testkit/exactness';

const exceptions = [
  {
    file: 'price.ts',
    code: 'JSON.parse',
    reason: 'copies a document whose only numbers were checked to be whole ones',
  },
];

test('no source has floating point, a clock, I/O or the locale of the machine', () => {
  expect(inexactCode(new URL('.', import.meta.url), exceptions)).toEqual([]);
});
