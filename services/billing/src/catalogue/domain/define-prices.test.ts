import { describe, expect, test } from '@jest/globals';
import { definePrices, type PriceDraft } from './define-prices.ts';

const plan = { planId: 'starter', version: 1, currency: 'USD' };

const fee: PriceDraft = { priceId: 'fee', meter: '', document: { kind: 'flat', amount: '29' } };
const requests: PriceDraft = {
  priceId: 'requests',
  meter: 'requests',
  document: { kind: 'per_unit', unit_price: '0.001', free_units: '10000' },
};

test('a price is of the plan’s version and currency, and a fee is due in advance', () => {
  const { prices, violations } = definePrices(plan, [fee, requests]);
  expect(violations).toEqual([]);
  expect(
    prices.map(({ priceId, meter, price: { document } }) => [priceId, meter, document]),
  ).toEqual([
    [
      'fee',
      undefined,
      { kind: 'flat', amount: '29', timing: 'in_advance', version: 'starter-1', currency: 'USD' },
    ],
    ['requests', 'requests', { ...requests.document, version: 'starter-1', currency: 'USD' }],
  ]);
});

test('a fee that says when it is due is due then', () => {
  const late = { ...fee, document: { ...fee.document, timing: 'in_arrears' } };
  expect(definePrices(plan, [late]).prices[0]?.price.timing).toBe('in_arrears');
});

test('the longest id of a plan is no longer than the version of a price may be', () => {
  const long = { ...plan, planId: 'p'.repeat(63), version: 2_147_483_647 };
  expect(definePrices(long, [fee, requests]).violations).toEqual([]);
});

describe('is refused, by field and rule', () => {
  const tiers = [
    { up_to: '10', unit_price: '1' },
    { up_to: '5', unit_price: '-1' },
  ];
  const amounts = 'needs the amounts of events, and requests are only counted.';
  test.each<[string, PriceDraft[], string[]]>([
    [
      'a fee with more digits than its currency',
      [{ ...fee, document: { kind: 'flat', amount: '1.999' } }],
      ['prices[0].amount has more than 2 digits after the point.'],
    ],
    [
      'a flat price of a meter',
      [{ ...fee, meter: 'requests' }],
      ['prices[0].meter must be empty: a flat price is a fee.'],
    ],
    [
      'a price of nothing that is counted',
      [{ ...requests, meter: '' }],
      ['prices[0].meter is missing: only a flat price is a fee.'],
    ],
    [
      'a percentage of calls',
      [{ ...requests, document: { kind: 'percentage', percent: '1' } }],
      [`prices[0].kind ${amounts}`],
    ],
    [
      'a graduated percentage of calls',
      [{ ...requests, document: { kind: 'graduated_percentage', tiers: [{ percent: '1' }] } }],
      [`prices[0].kind ${amounts}`],
    ],
    [
      'a dynamic price of calls, also without a meter',
      [{ ...requests, meter: '', document: { kind: 'dynamic', multiplier: '1' } }],
      [`prices[0].kind ${amounts}`],
    ],
    [
      'a capacity of calls',
      [{ ...requests, document: { kind: 'capacity', tiers: [{ amount: '1' }] } }],
      ['prices[0].kind needs a peak, and requests are only counted.'],
    ],
    [
      'a part of a request',
      [{ ...requests, document: { ...requests.document, free_units: '0.5' } }],
      ['prices[0].free_units has more than 0 digits after the point.'],
    ],
    [
      'more free requests than anybody counts',
      [{ ...requests, document: { ...requests.document, free_units: '1000000000001' } }],
      ['prices[0].free_units must not be above 1000000000000.'],
    ],
    [
      'what is wrong with its tiers, and a field of another kind, all at once',
      [fee, { ...requests, document: { kind: 'volume', tiers, amount: '1' } }],
      [
        'prices[1].amount is no field of this price.',
        'prices[1].tiers[1].unit_price must not be negative.',
        'prices[1].tiers[1].up_to must be above the bound of the tier before.',
        'prices[1].tiers[1].up_to the last must have no bound.',
      ],
    ],
    [
      'a second price of the same name or meter',
      [requests, fee, { ...requests, priceId: 'fee' }],
      [
        'prices[2].price_id is used by another price.',
        'prices[2].meter is counted by another price.',
      ],
    ],
  ])('%s', (_, drafts, expected) => {
    const { prices, violations } = definePrices(plan, drafts);
    const said = violations.map(({ field, description }) => `${field} ${description}`);
    expect(said).toEqual(expected);
    expect(prices).toEqual([]);
  });

  test('fees that are larger together than any amount', () => {
    const document = { kind: 'flat', amount: '900000000000000' };
    const fees = Array.from({ length: 10 }, (_, at) => ({
      ...fee,
      priceId: `fee-${at}`,
      document,
    }));
    expect(definePrices({ ...plan, currency: 'CLF' }, fees.slice(0, 1)).violations).toEqual([]);
    expect(definePrices({ ...plan, currency: 'CLF' }, fees).violations).toEqual([
      {
        field: 'prices',
        description: 'come, without any usage, to more than any amount we can store.',
      },
    ]);
  });

  test.each([
    ['a minimum', { kind: 'per_unit', unit_price: '1', minimum: '900000000000000' }],
    [
      'a fee of the first tier',
      { kind: 'volume', tiers: [{ flat_fee: '900000000000000' }], flat_on_zero: true },
    ],
  ])('a fee and %s that are larger together than any amount', (_, document) => {
    const inFunds = { ...plan, currency: 'CLF' };
    const high = { ...fee, document: { kind: 'flat', amount: '900000000000000' } };
    const priced = { ...requests, document };
    for (const one of [high, priced]) expect(definePrices(inFunds, [one]).violations).toEqual([]);
    expect(definePrices(inFunds, [high, priced]).violations).toEqual([
      {
        field: 'prices',
        description: 'come, without any usage, to more than any amount we can store.',
      },
    ]);
  });
});

test('a wrong currency is said by the plan alone', () => {
  expect(definePrices({ ...plan, currency: 'XXQ' }, [fee, requests])).toEqual({
    prices: [],
    violations: [],
  });
});
