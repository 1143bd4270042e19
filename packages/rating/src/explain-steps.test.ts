import { describe, expect, test } from '@jest/globals';
import { rational } from '@tollgate/money';
import {
  type LineDocument,
  type LineInput,
  type PriceDocument,
  parsePrice,
  rateLine,
  type StepsDocument,
  toLineDocument,
  type WalkStepDocument,
} from './index.ts';
import { eventsOf } from './testing/arbitrary-price.ts';
import { usageFrom } from './testing/line-vector.ts';

/** Every figure here was worked out by hand from the rules, not printed by the code. */

type Terms = Record<string, unknown>;

const steps = (price: Terms, input: Omit<LineInput, 'price'>): StepsDocument =>
  documentOf(price, input).steps;
const documentOf = (price: Terms, input: Omit<LineInput, 'price'>): LineDocument =>
  toLineDocument(
    rateLine({ price: parsePrice({ version: 'v1', currency: 'USD', ...price }), ...input }),
  );
const used = (quantity: string) => ({ usage: usageFrom({ quantity }) });
const walkOf = (price: Terms, quantity: string, share = 1n): readonly WalkStepDocument[] =>
  steps(price, { ...used(quantity), share: rational(1n, share) }).walk;

describe('every intermediate value of a line', () => {
  test('a flat amount of which a share of the period is due', () => {
    const price = { kind: 'flat', amount: '31' };
    expect(steps(price, { ...used('7'), share: rational(12n, 31n) })).toStrictEqual({
      quantity: '7',
      free: '0',
      billable: '7',
      walk: [{ tier: 0, units: '1', unit_price: '31', amount: '31' }],
      priced: '31',
      discounted: '31',
      bounded: '31',
      exact: '12',
      rounded: '12.00',
    });
  });

  test('a flat amount that is prorated as a term, then discounted', () => {
    const price = { kind: 'flat', amount: '31', prorates: 'terms', discount_percent: '50' };
    expect(steps(price, { ...used('0'), share: rational(12n, 31n) })).toStrictEqual({
      quantity: '0',
      free: '0',
      billable: '0',
      walk: [{ tier: 0, units: '12/31', unit_price: '31', amount: '12' }],
      priced: '12',
      discounted: '6',
      bounded: '6',
      exact: '6',
      rounded: '6.00',
    });
  });

  test('half of the free units and of the minimum, which decides', () => {
    const terms = { free_units: '20', discount_percent: '10', minimum: '40' };
    const price = { kind: 'per_unit', unit_price: '0.25', ...terms };
    expect(steps(price, { ...used('90'), share: rational(1n, 2n) })).toStrictEqual({
      quantity: '90',
      free: '10',
      billable: '80',
      walk: [{ tier: 0, units: '80', unit_price: '0.25', amount: '20' }],
      priced: '20',
      discounted: '18',
      minimum: '20',
      bound: 'minimum',
      bounded: '20',
      exact: '20',
      rounded: '20.00',
    });
  });

  test('a maximum that decides, of a price whose whole amount is prorated', () => {
    const price = { kind: 'per_unit', unit_price: '1.005', maximum: '4.01', prorates: 'amount' };
    expect(steps(price, { ...used('10'), share: rational(1n, 2n) })).toStrictEqual({
      quantity: '10',
      free: '0',
      billable: '10',
      walk: [{ tier: 0, units: '10', unit_price: '1.005', amount: '10.05' }],
      priced: '10.05',
      discounted: '10.05',
      maximum: '4.01',
      bound: 'maximum',
      bounded: '4.01',
      exact: '2.005',
      rounded: '2.01',
    });
  });

  test('an amount that is just the minimum and the maximum was decided by neither', () => {
    const price = { kind: 'per_unit', unit_price: '1', minimum: '4', maximum: '4' };
    expect(steps(price, used('4'))).toStrictEqual({
      quantity: '4',
      free: '0',
      billable: '4',
      walk: [{ tier: 0, units: '4', unit_price: '1', amount: '4' }],
      priced: '4',
      discounted: '4',
      minimum: '4',
      maximum: '4',
      bounded: '4',
      exact: '4',
      rounded: '4.00',
    });
  });

  test('less usage than free units, and no minimum before the period is over', () => {
    const price = { kind: 'per_unit', unit_price: '1', free_units: '20', minimum: '4' };
    expect(steps(price, { ...used('5'), interim: true })).toStrictEqual({
      quantity: '5',
      free: '5',
      billable: '0',
      walk: [{ tier: 0, units: '0', unit_price: '1', amount: '0' }],
      priced: '0',
      discounted: '0',
      bounded: '0',
      exact: '0',
      rounded: '0.00',
    });
  });

  test('the amounts of events, less the free amount, times a multiplier', () => {
    const price = { kind: 'dynamic', multiplier: '1.2', free_units: '10' };
    expect(steps(price, { usage: eventsOf([4, 16]) })).toStrictEqual({
      quantity: '20',
      free: '10',
      billable: '10',
      walk: [{ tier: 0, units: '10', unit_price: '1.2', amount: '12' }],
      priced: '12',
      discounted: '12',
      bounded: '12',
      exact: '12',
      rounded: '12.00',
    });
  });

  test('a percent of amounts, graduated, behind a free amount', () => {
    const tiers = [{ up_to: '100', percent: '2', flat_fee: '1' }, { percent: '1' }];
    const price = { kind: 'graduated_percentage', tiers, free_units: '50' };
    expect(steps(price, { usage: eventsOf([100, 70]) })).toStrictEqual({
      quantity: '170',
      free: '50',
      billable: '120',
      walk: [
        { tier: 0, units: '100', unit_price: '0.02', flat_fee: '1', amount: '3' },
        { tier: 1, units: '20', unit_price: '0.01', amount: '0.2' },
      ],
      priced: '3.2',
      discounted: '3.2',
      bounded: '3.2',
      exact: '3.2',
      rounded: '3.20',
    });
  });

  test('a percentage of events: an event that costs just a bound was not moved by it', () => {
    const bounds = { event_minimum: '1', event_maximum: '5' };
    const free = { free_events: '1', free_amount: '50' };
    const price = { kind: 'percentage', percent: '10', fee_per_event: '0.1', ...free, ...bounds };
    // 40 is free. 3.1, just the minimum 1, 1.1, just the maximum 5, cut to 5, raised to 1.
    expect(steps(price, { usage: eventsOf([40, 30, 9, 10, 49, 60, 5]) })).toStrictEqual({
      quantity: '203',
      free: '0',
      billable: '203',
      walk: [],
      events: {
        all: '7',
        free: '1',
        charged: '6',
        free_amount: '40',
        charged_amount: '163',
        event_allowance: '1',
        amount_allowance: '50',
        rate: '0.1',
        rate_amount: '16.3',
        fee: '0.1',
        fees: '0.6',
        raised_to_minimum: '1',
        raised_by: '0.4',
        cut_to_maximum: '1',
        cut_by: '1.1',
      },
      priced: '16.2',
      discounted: '16.2',
      bounded: '16.2',
      exact: '16.2',
      rounded: '16.20',
    });
  });
});

const TIERS = [
  { up_to: '10', unit_price: '0.5', flat_fee: '2' },
  { up_to: '20', unit_price: '0.3', flat_fee: '1', package_size: '4' },
  { unit_price: '0.1' },
];
const none = { flat_on_zero: false };

describe('the tiers that a quantity walks through', () => {
  const price = { kind: 'graduated', tiers: TIERS };
  const first = { tier: 0, units: '10', unit_price: '0.5', flat_fee: '2', amount: '7' };
  const second = { tier: 1, unit_price: '0.3', flat_fee: '1' };

  test.each<[quantity: string, walk: WalkStepDocument[]]>([
    ['0', [{ ...first, units: '0', amount: '2' }]],
    ['9.999', [{ ...first, units: '9.999', amount: '6.9995' }]],
    ['10', [first]],
    ['10.001', [first, { ...second, units: '0.001', packages: '1', amount: '1.3' }]],
    ['14', [first, { ...second, units: '4', packages: '1', amount: '1.3' }]],
    ['20', [first, { ...second, units: '10', packages: '3', amount: '1.9' }]],
    [
      '21.5',
      [
        first,
        { ...second, units: '10', packages: '3', amount: '1.9' },
        { tier: 2, units: '1.5', unit_price: '0.1', amount: '0.15' },
      ],
    ],
  ])('%s units', (quantity, walk) => {
    expect(walkOf(price, quantity)).toStrictEqual(walk);
  });

  test('half a period has half of each fee, and the units as they are', () => {
    expect(walkOf(price, '21', 2n)).toStrictEqual([
      { ...first, flat_fee: '1', amount: '6' },
      { ...second, units: '10', packages: '3', flat_fee: '0.5', amount: '1.4' },
      { tier: 2, units: '1', unit_price: '0.1', amount: '0.1' },
    ]);
  });

  test('the fee of the first tier can need usage', () => {
    expect(walkOf({ ...price, ...none }, '0')).toStrictEqual([
      { tier: 0, units: '0', unit_price: '0.5', amount: '0' },
    ]);
    expect(walkOf({ ...price, ...none }, '10')).toStrictEqual([first]);
  });
});

describe('the one tier that a whole quantity lies in', () => {
  const price = { kind: 'volume', tiers: TIERS };
  const first = { tier: 0, units: '10', unit_price: '0.5', flat_fee: '2', amount: '7' };
  const second = { tier: 1, unit_price: '0.3', flat_fee: '1' };

  test.each<[quantity: string, step: WalkStepDocument]>([
    ['0', { ...first, units: '0', amount: '2' }],
    ['10', first],
    ['10.001', { ...second, units: '10.001', packages: '3', amount: '1.9' }],
    ['20', { ...second, units: '20', packages: '5', amount: '2.5' }],
    ['20.001', { tier: 2, units: '20.001', unit_price: '0.1', amount: '2.0001' }],
  ])('%s units', (quantity, step) => {
    expect(walkOf(price, quantity)).toStrictEqual([step]);
  });

  test('half a period has half of its fee', () => {
    expect(walkOf(price, '10', 2n)).toStrictEqual([{ ...first, flat_fee: '1', amount: '6' }]);
  });

  test('the fee of the first tier can need usage', () => {
    expect(walkOf({ ...price, ...none }, '0')).toStrictEqual([
      { tier: 0, units: '0', unit_price: '0.5', amount: '0' },
    ]);
    expect(walkOf({ ...price, ...none }, '10')).toStrictEqual([first]);
  });

  test.each<[quantity: string, tier: number, amount: string]>([
    ['0', 0, '10'],
    ['5', 0, '10'],
    ['5.001', 1, '20'],
  ])('a peak of %s', (units, tier, amount) => {
    const capacity = { kind: 'capacity', tiers: [{ up_to: '5', amount: '10' }, { amount: '20' }] };
    const step = { tier, units, unit_price: '0', flat_fee: amount, amount };
    expect(walkOf(capacity, units)).toStrictEqual([step]);
    // The whole amount is prorated, not the step.
    expect(walkOf(capacity, units, 4n)).toStrictEqual([step]);
  });
});

test.each([
  ['0', '2', '6'],
  ['200', '2', '6'],
  ['200.001', '3', '9'],
  ['300', '3', '9'],
])('%s units are %s packages', (units, packages, amount) => {
  const least = { minimum_packages: '2' };
  const price = { kind: 'package', package_size: '100', package_price: '3', ...least };
  expect(walkOf(price, units)).toStrictEqual([
    { tier: 0, units, packages, unit_price: '3', amount },
  ]);
});

test('a step has packages only where units are sold in packages', () => {
  const price = parsePrice({ kind: 'volume', version: 'v1', currency: 'USD', tiers: TIERS });
  const fields = ['5', '15'].map((quantity) => {
    const [step = {}] = rateLine({ price, ...used(quantity) }).explanation.priced.walk;
    return 'packages' in step;
  });
  expect(fields).toEqual([false, true]);
});

describe('the free part of a percentage price', () => {
  const percentage = (terms: Terms, amounts: number[]) => {
    const price = { kind: 'percentage', percent: '10', fee_per_event: '1', ...terms };
    const { events, priced } = steps(price, { usage: eventsOf(amounts) });
    const { free, charged, free_amount, charged_amount } = events ?? {};
    return { free, charged, free_amount, charged_amount, priced };
  };

  test.each<
    [name: string, terms: Partial<PriceDocument> & Terms, amounts: number[], figures: string[]]
  >([
    ['none', {}, [40, 30], ['0', '2', '0', '70', '9']],
    ['one event', { free_events: '1' }, [40, 30, 20], ['1', '2', '40', '50', '7']],
    ['no event', { free_events: '0' }, [40], ['0', '1', '0', '40', '5']],
    [
      'an amount that an event crosses',
      { free_amount: '50' },
      [40, 30, 5],
      ['1', '2', '50', '25', '4.5'],
    ],
    [
      'an amount that an event just fills',
      { free_amount: '50' },
      [40, 10, 5],
      ['2', '1', '50', '5', '1.5'],
    ],
    [
      'the events, when they end before the amount',
      { free_events: '1', free_amount: '100' },
      [40, 30],
      ['1', '1', '40', '30', '4'],
    ],
    [
      'the amount, when it ends before the events',
      { free_events: '5', free_amount: '50' },
      [40, 30],
      ['1', '1', '50', '20', '3'],
    ],
  ])('%s', (_, terms, amounts, figures) => {
    const [free, charged, free_amount, charged_amount, priced] = figures;
    const expected = { free, charged, free_amount, charged_amount, priced };
    expect(percentage(terms, amounts)).toStrictEqual(expected);
  });
});
