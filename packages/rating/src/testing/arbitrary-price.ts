import { parseDecimal, type Rational, rational } from '@tollgate/money';
import * as fc from 'fast-check';
import { type Price, type PriceDocument, parsePrice, type Usage } from '../index.ts';

/** A decimal text with up to `places` places, from 0 to max / 10^places. */
const decimalText = (max: number, places: number) =>
  fc.integer({ min: 0, max }).map((units) => {
    const digits = units.toString().padStart(places + 1, '0');
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  });

const money = decimalText(2_000_000, 6);
const units = fc.integer({ min: 1, max: 25 });
const percents = decimalText(10_000, 2);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** Two whole numbers, the smaller one first. */
const pairUpTo = (max: number) =>
  fc.tuple(fc.nat(max), fc.nat(max)).map((pair) => pair.sort((left, right) => left - right));

/** Drops absent fields, as JSON would. */
function plain<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** Bounds that grow by whole steps; the last tier is open. */
function tiers<Tier extends object>(tier: fc.Arbitrary<Tier>) {
  return fc
    .tuple(fc.array(fc.tuple(units, tier), { maxLength: 4 }), tier)
    .map(([bounded, last]) => {
      let bound = 0;
      const closed = bounded.map(([size, rest]) => ({ ...rest, up_to: `${(bound += size)}` }));
      return [...closed, last];
    });
}

const unitTier = fc.record({
  unit_price: money,
  flat_fee: maybe(money),
  package_size: maybe(units.map(String)),
});
const freeUnits = maybe(fc.integer({ min: 0, max: 20 }).map(String));
const flag = maybe(fc.boolean());

const kinds = fc.oneof(
  fc.record({ kind: fc.constant('flat'), amount: money }),
  fc.record({ kind: fc.constant('per_unit'), unit_price: money, free_units: freeUnits }),
  fc.record({
    kind: fc.constantFrom('graduated', 'volume'),
    tiers: tiers(unitTier),
    free_units: freeUnits,
    flat_on_zero: flag,
  }),
  fc.record({
    kind: fc.constant('package'),
    package_size: units.map(String),
    package_price: money,
    minimum_packages: maybe(fc.integer({ min: 0, max: 3 }).map(String)),
    free_units: freeUnits,
  }),
  fc.record({
    kind: fc.constant('capacity'),
    tiers: tiers(fc.record({ amount: money })),
    free_units: freeUnits,
    flat_on_zero: flag,
  }),
  fc
    .record({
      kind: fc.constant('percentage'),
      percent: percents,
      fee_per_event: maybe(money),
      free_events: maybe(fc.integer({ min: 0, max: 5 }).map(String)),
      free_amount: maybe(fc.integer({ min: 0, max: 60 }).map(String)),
      event_bounds: maybe(pairUpTo(4)),
    })
    .map(({ event_bounds: pair, ...rest }) => ({
      ...rest,
      ...(pair && { event_minimum: `${pair[0]}`, event_maximum: `${pair[1]}` }),
    })),
  fc.record({
    kind: fc.constant('graduated_percentage'),
    tiers: tiers(fc.record({ percent: percents, flat_fee: maybe(money) })),
    free_units: freeUnits,
    flat_on_zero: flag,
  }),
  fc.record({ kind: fc.constant('dynamic'), multiplier: money, free_units: freeUnits }),
);

/** Any valid price of small numbers, so that bounds and fees are hit often. */
export const priceDocument: fc.Arbitrary<PriceDocument> = fc
  .tuple(
    kinds,
    fc.record({
      version: fc.constant('v1'),
      rounding: maybe(fc.constantFrom('half_away_from_zero', 'half_even')),
      discount_percent: maybe(percents),
      prorates: maybe(fc.constantFrom('amount', 'terms', 'nothing')),
    }),
    fc.constantFrom(
      { currency: 'USD' },
      { currency: 'JPY' },
      { currency: 'KWD' },
      { currency: 'CREDITS', minor_unit_digits: 4 },
    ),
    maybe(pairUpTo(30)),
  )
  .map(([kind, common, scale, pair]) => {
    const limits = pair && { minimum: `${pair[0]}`, maximum: `${pair[1]}` };
    return plain({ ...kind, ...common, ...scale, ...limits }) as unknown as PriceDocument;
  });

export const price: fc.Arbitrary<Price> = priceDocument.map(parsePrice);

/** Whole amounts of events, also none; every price can be rated with them. */
export const eventAmounts = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 8 });

/** Events a second apart, in order. */
export function eventsOf(amounts: readonly (number | string)[]): Usage {
  const start = Temporal.Instant.from('2026-03-01T00:00:00Z');
  return {
    events: amounts.map((amount, index) => ({
      id: `event-${index}`,
      time: start.add({ seconds: index }),
      amount: parseDecimal(`${amount}`),
    })),
  };
}

/** A fraction from 0 to 1. */
export const share: fc.Arbitrary<Rational> = fc
  .tuple(fc.bigInt({ min: 0n, max: 31n }), fc.bigInt({ min: 31n, max: 33n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));
