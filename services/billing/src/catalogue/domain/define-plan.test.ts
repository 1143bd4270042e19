import { expect, test } from '@jest/globals';
import { moneyToDecimal } from '@tollgate/money';
import { definePlan, type LimitDraft, type PlanDraft } from './define-plan.ts';
import { includedRequests, recurringFee } from './plan-terms.ts';

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
  prices: [
    { priceId: 'fee', meter: '', document: { kind: 'flat', amount: '9.5' } },
    {
      priceId: 'requests',
      meter: 'requests',
      document: { kind: 'per_unit', unit_price: '0.010', free_units: '100' },
    },
  ],
  limits: [perMinute],
  onLimiterUnavailable: 'deny',
};

test('a draft becomes version 1 with exact amounts and a burst of as many as the rate', () => {
  const defined = definePlan(draft);
  if (!('plan' in defined)) throw new Error('The draft is right.');
  expect(defined.plan.version).toBe(1);
  expect(moneyToDecimal(recurringFee(defined.plan))).toBe('9.50');
  expect(includedRequests(defined.plan)).toBe(100n);
  expect(defined.plan.prices).toMatchObject([
    { priceId: 'fee', price: { timing: 'in_advance', document: { version: 'starter-1' } } },
    { priceId: 'requests', meter: 'requests', price: { document: { unit_price: '0.010' } } },
  ]);
  expect(defined.plan.limits).toEqual([{ ...perMinute, burst: 60n }]);
});

test('everything that is wrong is said at once', () => {
  const defined = definePlan({
    ...draft,
    currency: 'JPY',
    prices: [
      { priceId: 'fee', meter: '', document: { kind: 'flat', amount: '9.5' } },
      {
        priceId: 'fee',
        meter: 'requests',
        document: { kind: 'graduated', tiers: [{ unit_price: '0.0000000000001' }] },
      },
    ],
    limits: [
      perMinute,
      { ...perMinute, window: 'month' },
      { limitId: 'q', kind: 'quota', requests: 5n, window: 'hour', burst: 5n },
      { ...perMinute, limitId: 'fast', requests: 1_000_000_001n },
    ],
  });
  expect('violations' in defined && defined.violations.map(({ field }) => field)).toEqual([
    'prices[0].amount',
    'prices[1].tiers[0].unit_price',
    'prices[1].price_id',
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
