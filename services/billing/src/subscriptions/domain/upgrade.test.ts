import { expect, test } from '@jest/globals';
import { currency, money, ZERO } from '@tollgate/money';
import type { Plan } from '../../catalogue/domain/plan.ts';
import { isUpgrade } from './upgrade.ts';

type Fee = readonly [minor: bigint, currency: string];

test.each<[string, Fee, Fee, boolean]>([
  ['a higher fee', [1_000n, 'USD'], [2_900n, 'USD'], true],
  ['the same fee', [2_900n, 'USD'], [2_900n, 'USD'], true],
  ['a lower fee', [2_900n, 'USD'], [2_899n, 'USD'], false],
  ['another currency from a plan without fee', [0n, 'USD'], [1n, 'EUR'], true],
  ['another currency from a plan with a fee', [1n, 'USD'], [9_900n, 'EUR'], false],
  ['another currency without a fee', [1n, 'USD'], [0n, 'EUR'], false],
])('%s', (_, from, to, expected) => {
  expect(isUpgrade({ from: plan(...from), to: plan(...to) })).toBe(expected);
});

function plan(feeMinor: bigint, code: string): Plan {
  return {
    planId: 'sample',
    version: 1,
    name: 'Sample',
    monthlyFee: money(feeMinor, currency(code)),
    includedRequests: 0n,
    overageUnitAmount: ZERO,
    limits: [],
    onLimiterUnavailable: 'deny',
  };
}
