import { expect, test } from '@jest/globals';
import { moneyToDecimal, toDecimal } from '@tollgate/money';
import { definePlan, type LimitDraft, type PlanDraft } from './define-plan.ts';

const perMinute: LimitDraft = {
  limitId: 'requests-per-minute',
  kind: 'rate',
  requests: 60n,
  window: 'minute',
  burst: 0n,
};
const draft: PlanDraft = {
  planId: 'starter',
  name: 'Starter',
  currency: 'USD',
  monthlyFee: '9.5',
  includedRequests: 100n,
  overageUnitAmount: '0.010',
  limits: [perMinute],
  onLimiterUnavailable: 'deny',
};

test('a draft becomes version 1 with exact amounts and a burst of as many as the rate', () => {
  const defined = definePlan(draft);
  if (!('plan' in defined)) throw new Error('The draft is right.');
  expect(defined.plan.version).toBe(1);
  expect(moneyToDecimal(defined.plan.monthlyFee)).toBe('9.50');
  expect(toDecimal(defined.plan.overageUnitAmount)).toBe('0.01');
  expect(defined.plan.limits).toEqual([{ ...perMinute, burst: 60n }]);
});

test('everything that is wrong is said at once', () => {
  const defined = definePlan({
    ...draft,
    currency: 'JPY',
    monthlyFee: '9.5',
    overageUnitAmount: '0.0000000000001',
    limits: [
      perMinute,
      { ...perMinute, window: 'month' },
      { limitId: 'q', kind: 'quota', requests: 5n, window: 'hour', burst: 5n },
      { ...perMinute, limitId: 'fast', requests: 1_000_000_001n },
    ],
  });
  expect('violations' in defined && defined.violations.map(({ field }) => field)).toEqual([
    'monthly_fee',
    'overage_unit_amount',
    'limits[1].window',
    'limits[2].window',
    'limits[2].burst',
    'limits[3].burst',
    'limits[1].limit_id',
  ]);
});

test('a currency that does not exist is named as such', () => {
  const defined = definePlan({ ...draft, currency: 'XXQ' });
  expect(defined).toEqual({
    violations: [{ field: 'currency', description: 'is no active ISO 4217 code.' }],
  });
});
