import { describe, expect, test } from '@jest/globals';
import { ONE, type Rational, rational } from '@tollgate/money';
import { explain, parsePrice, rateLine, toLineDocument, type Usage } from './index.ts';
import { eventsOf } from './testing/arbitrary-price.ts';

/** Every figure here was worked out by hand from the rules, not printed by the code. */

type Terms = Record<string, unknown>;

const HALF = rational(1n, 2n);
const none = { quantity: rational(0n) };
const priceOf = (terms: Terms) => parsePrice({ version: 'v1', currency: 'USD', ...terms });
const documentOf = (
  terms: Terms,
  usage: Usage,
  rest: { readonly share?: Rational; readonly interim?: boolean } = {},
) => toLineDocument(rateLine({ price: priceOf(terms), usage, ...rest }));
const cost = (...args: Parameters<typeof documentOf>) => documentOf(...args).amount;

describe('free parts of a percentage price belong to the period', () => {
  const free = { kind: 'percentage', percent: '10' };

  test('each half has half of the free amount, and together they cost what the whole does', () => {
    const price = { ...free, free_amount: '100' };
    expect(cost(price, eventsOf([100, 100]))).toBe('10.00');
    expect(cost(price, eventsOf([100]), { share: HALF })).toBe('5.00');
  });

  test('each half has half of the free events', () => {
    const price = { ...free, percent: '0', fee_per_event: '1', free_events: '10' };
    expect(cost(price, eventsOf(Array(20).fill(3)))).toBe('10.00');
    expect(cost(price, eventsOf(Array(10).fill(3)), { share: HALF })).toBe('5.00');
  });

  test('an event is free while fewer than the share of the free events came before it', () => {
    const price = { ...free, percent: '0', fee_per_event: '1', free_events: '10' };
    const third = { share: rational(1n, 3n) };
    // 10/3 events: behind 0, 1, 2 and 3 events the next one is free, behind 4 it is not.
    const { steps, amount } = documentOf(price, eventsOf(Array(6).fill(3)), third);
    expect([steps.events?.['free'], amount]).toEqual(['4', '2.00']);
    expect(cost(price, eventsOf([3]), { share: rational(0n) })).toBe('1.00');
  });

  test('they are not scaled where the amount is, or nothing', () => {
    const usage = eventsOf([100, 100]);
    const price = { ...free, free_amount: '100', free_events: '5' };
    expect(cost({ ...price, prorates: 'amount' }, usage, { share: HALF })).toBe('5.00');
    expect(cost({ ...price, prorates: 'nothing' }, usage, { share: HALF })).toBe('10.00');
  });
});

describe('minimum packages are due once for the period', () => {
  const packages = { kind: 'package', package_size: '100', package_price: '5' };
  const price = { ...packages, minimum_packages: '4' };

  test('each half owes half of them', () => {
    expect(cost(price, none)).toBe('20.00');
    expect(cost(price, none, { share: HALF })).toBe('10.00');
  });

  test('a share of them need not be whole packages, those started are', () => {
    const third = { share: rational(1n, 8n) };
    const idle = documentOf(price, none, third);
    const step = { tier: 0, units: '0', packages: '0.5', unit_price: '5', amount: '2.5' };
    expect(idle.steps.walk).toEqual([step]);
    expect(explain(idle)).toContain('0.5 packages (0 units) x 5 = 2.5');
    expect(cost(price, { quantity: ONE }, third)).toBe('5.00');
  });

  test('none is due before the period is over', () => {
    expect(cost(price, none, { interim: true })).toBe('0.00');
    expect(cost(price, { quantity: rational(150n) }, { interim: true })).toBe('10.00');
  });

  test('they are not scaled where the amount is, or nothing', () => {
    expect(cost({ ...price, prorates: 'amount' }, none, { share: HALF })).toBe('10.00');
    expect(cost({ ...price, prorates: 'nothing' }, none, { share: HALF })).toBe('20.00');
  });
});

describe('a segment that takes no share of its period', () => {
  const share = { share: rational(0n) };
  const price = { kind: 'per_unit', unit_price: '1', maximum: '1000' };

  test('pays for its usage, and at most the maximum of the period', () => {
    expect(cost(price, { quantity: rational(40n) }, share)).toBe('40.00');
    expect(cost(price, { quantity: rational(4_000n) }, share)).toBe('1000.00');
  });

  test('owes no minimum and has no free units', () => {
    const terms = { ...price, minimum: '10', free_units: '10' };
    expect(cost(terms, none, share)).toBe('0.00');
    expect(cost(terms, { quantity: rational(4n) }, share)).toBe('4.00');
  });
});

test('a flat price that is prorated as a term shows true arithmetic', () => {
  const price = { kind: 'flat', amount: '100', prorates: 'terms' };
  const text = explain(documentOf(price, none, { share: HALF }));
  expect(text).toContain('\n  0.5 x 100 = 50\n');
});
