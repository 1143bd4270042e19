import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { largeRateState, rateLimit, rateState } from './limit.ts';

const limits = fc
  .record({
    requests: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1e12 })),
    windowSeconds: fc.oneof(
      fc.constantFrom(1, 60, 3_600),
      fc.integer({ min: 1, max: 366 * 86_400 }),
    ),
    burst: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ max: 1e9, min: 1 }),
    ),
  })
  .map((options) => rateLimit({ limitId: 'rate', ...options }));

/** Shares of the whole refill, at and around its ends too. */
const shares = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));

test('what a rate leaves is the same in doubles and in numbers of any size', () => {
  checkProperty(
    fc.property(limits, shares, shares, fc.integer({ min: -3, max: 3 }), (limit, a, b, shift) => {
      const us = Math.floor(limit.tolerance.us * a) + shift;
      const ahead = { us, rest: us < 0 ? 0 : Math.floor((limit.requests - 1) * b) };
      expect(rateState(limit, ahead)).toEqual(largeRateState(limit, ahead));
    }),
    { runs: 5_000 },
  );
});
