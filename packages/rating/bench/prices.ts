import { rational } from '@tollgate/money';
import { type Line, type Price, parsePrice, rateLine } from '../src/index.ts';

const common = { version: 'v1', currency: 'USD' };

const events = Array.from({ length: 10 }, (_, index) => ({
  id: `event-${index}`,
  time: Temporal.Instant.fromEpochMilliseconds(index),
  amount: rational(BigInt(index * 1_234), 100n),
}));

/** One price of every kind; tiered ones with ten tiers of a thousand units. */
export const KINDS: Readonly<Record<string, Price>> = {
  flat: parsePrice({ ...common, kind: 'flat', amount: '29.00' }),
  per_unit: parsePrice({ ...common, kind: 'per_unit', unit_price: '0.001', free_units: '1000' }),
  'graduated, 10 tiers': tiered('graduated', 10),
  'volume, 10 tiers': tiered('volume', 10),
  'graduated, 10 tiers with fees and packages': tiered('graduated', 10, {
    flat_fee: '1.5',
    package_size: '7',
  }),
  package: parsePrice({
    ...common,
    kind: 'package',
    package_size: '1000',
    package_price: '2.50',
  }),
  'capacity, 10 tiers': parsePrice({
    ...common,
    kind: 'capacity',
    tiers: bounds(10, 1_000).map((bound) => ({ ...bound, amount: '5' })),
  }),
  'percentage, 10 events': parsePrice({
    ...common,
    kind: 'percentage',
    percent: '2.9',
    fee_per_event: '0.3',
    free_amount: '10',
  }),
  'graduated_percentage, 10 tiers': parsePrice({
    ...common,
    kind: 'graduated_percentage',
    tiers: bounds(10, 1_000).map((bound) => ({ ...bound, percent: '1' })),
  }),
  dynamic: parsePrice({ ...common, kind: 'dynamic', multiplier: '1.2' }),
};

/** A tiered price; all tiers are reached from `count * step` units on. */
export function tiered(
  kind: 'graduated' | 'volume',
  count: number,
  terms: object = {},
  step = 1_000,
): Price {
  const tiers = bounds(count, step).map((bound, index) => ({
    ...bound,
    ...terms,
    unit_price: `0.00${(index % 9) + 1}`,
  }));
  return parsePrice({ ...common, kind, tiers });
}

/** A function that rates another quantity each time, from `start` on, explanation included. */
export function linesOf(price: Price, start: bigint): () => Line {
  let quantity = start;
  return () => {
    quantity += 1n;
    const usage = price.model.kind === 'percentage' ? { events } : { quantity: rational(quantity) };
    return rateLine({ price, usage });
  };
}

function bounds(count: number, step: number): { up_to?: string }[] {
  return Array.from({ length: count }, (_, index) =>
    index < count - 1 ? { up_to: `${(index + 1) * step}` } : {},
  );
}
