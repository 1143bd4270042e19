import { expect, test } from '@jest/globals';
import { samplePlan } from '../../catalogue/testing/sample-plan.ts';
import { isUpgrade } from './upgrade.ts';

type Fee = readonly [fee: string, currency: string];

test.each<[string, Fee, Fee, boolean]>([
  ['a higher fee', ['10', 'USD'], ['29', 'USD'], true],
  ['the same fee', ['29', 'USD'], ['29', 'USD'], true],
  ['a lower fee', ['29', 'USD'], ['28.99', 'USD'], false],
  ['another currency from a plan without fee', ['0', 'USD'], ['0.01', 'EUR'], true],
  ['another currency from a plan with a fee', ['0.01', 'USD'], ['99', 'EUR'], false],
  ['another currency without a fee', ['0.01', 'USD'], ['0', 'EUR'], false],
])('%s', (_, from, to, expected) => {
  expect(isUpgrade({ from: plan(from), to: plan(to) })).toBe(expected);
});

test('several fees count together, and what usage costs does not', () => {
  const [fee] = samplePlan({ fee: '10' }).prices;
  const dear = samplePlan({ fee: '10', unitPrice: '99' });
  const cheap = samplePlan({ fee: '10' });
  const both = {
    ...cheap,
    prices: [...cheap.prices, ...(fee ? [{ ...fee, priceId: 'two' }] : [])],
  };
  expect(isUpgrade({ from: dear, to: cheap })).toBe(true);
  expect(isUpgrade({ from: both, to: samplePlan({ fee: '19.99' }) })).toBe(false);
  expect(isUpgrade({ from: both, to: samplePlan({ fee: '20' }) })).toBe(true);
});

function plan([fee, code]: Fee) {
  return samplePlan({ fee, currency: code });
}
