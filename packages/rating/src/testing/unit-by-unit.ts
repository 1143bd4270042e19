import type { PriceDocument, UnitTierDocument } from '../index.ts';

/** Amounts here are whole numbers of 10^-8: six places of a price times percents of two. */
const UNIT = 10n ** 8n;

/** Units are counted in twentieths: so tenths of a unit and quarters of a whole one come out even. */
export const GRAINS = 20;
export const GRAINS_OF_TENTH = 2;
const GRAINS_OF_QUARTER = 5;

/** A period is counted in quarters: of every term and amount so many are due. */
export const QUARTERS = 4;

/** What a line is rated with; amounts of events in grains. */
export interface NaiveUsage {
  readonly amounts: readonly number[];
  /** Quarters of the terms that belong to the line, 0 to 4. */
  readonly terms: number;
  readonly interim: boolean;
}

/**
 * The deliberately naive reference: looks at every single grain of every event, one after another,
 * in integers only, and knows nothing of rationals. Whole bounds and free units only.
 * Returns the price of a whole period before the discount, in 10^-8 of the major unit.
 */
export function priceUnitByUnit(price: PriceDocument, usage: NaiveUsage): bigint {
  if (price.kind === 'percentage') return percentageUnitByUnit(price, usage);
  const { amounts, terms, interim } = usage;
  let grains = 0;
  for (const amount of amounts) for (let grain = 0; grain < amount; grain += 1) grains += 1;
  let left = 'free_units' in price ? grainsOf(price.free_units, terms) : 0;
  while (left > 0 && grains > 0) {
    left -= 1;
    grains -= 1;
  }
  switch (price.kind) {
    case 'flat':
      return quarters(scaled(price.amount), terms);
    case 'per_unit':
      return repeat(grains, perGrain(scaled(price.unit_price)));
    case 'dynamic':
      return repeat(grains, perGrain(scaled(price.multiplier)));
    case 'package': {
      const started = packagesStarted(grains, grainsOf(price.package_size));
      const each = scaled(price.package_price);
      const least = quarters(repeat(Number(price.minimum_packages ?? '0'), each), terms);
      const cost = repeat(started, each);
      return !interim && cost < least ? least : cost;
    }
    case 'graduated':
    case 'volume':
    case 'capacity':
    case 'graduated_percentage':
      return tieredUnitByUnit(price, grains, terms);
  }
}

type Tiered = Extract<PriceDocument, { tiers: unknown }>;

function tieredUnitByUnit(price: Tiered, grains: number, terms: number): bigint {
  const tiers = price.tiers as readonly (UnitTierDocument & {
    percent?: string;
    amount?: string;
  })[];
  const bounds = tiers.map(({ up_to: bound }) => (bound ? grainsOf(bound) : undefined));
  const tierOf = (grain: number) => {
    for (const [index, bound] of bounds.entries()) {
      if (bound === undefined || grain <= bound) return index;
    }
    throw new Error('no tier');
  };
  const grainsIn = tiers.map(() => 0);
  const whole = price.kind === 'volume' || price.kind === 'capacity';
  const reached = new Set<number>();
  for (let grain = 1; grain <= grains; grain += 1) {
    const index = tierOf(whole ? grains : grain);
    grainsIn[index] = (grainsIn[index] ?? 0) + 1;
    reached.add(index);
  }
  if (grains === 0 && price.flat_on_zero !== false) reached.add(0);
  let total = 0n;
  for (const [index, tier] of tiers.entries()) {
    const inside = grainsIn[index] ?? 0;
    const rate = tier.percent === undefined ? scaled(tier.unit_price) : percent(tier.percent);
    const size = tier.package_size;
    if (size === undefined) total += repeat(inside, perGrain(rate));
    else total += repeat(packagesStarted(inside, grainsOf(size)), rate);
    if (reached.has(index)) total += quarters(scaled(tier.amount ?? tier.flat_fee), terms);
  }
  return total;
}

function percentageUnitByUnit(
  price: Extract<PriceDocument, { kind: 'percentage' }>,
  { amounts, terms }: NaiveUsage,
): bigint {
  const { free_events: freeEvents, free_amount: freeAmount } = price;
  const anythingFree = freeEvents !== undefined || freeAmount !== undefined;
  const freeGrains = freeAmount === undefined ? Infinity : grainsOf(freeAmount, terms);
  let total = 0n;
  let grainsSoFar = 0;
  for (const [index, amount] of amounts.entries()) {
    // Four times the events before against quarters of the free ones.
    const eventLasts = freeEvents === undefined || index * QUARTERS < Number(freeEvents) * terms;
    const isFree = anythingFree && eventLasts && grainsSoFar < freeGrains;
    let charged = 0;
    for (let grain = 0; grain < amount; grain += 1) {
      grainsSoFar += 1;
      if (!(isFree && grainsSoFar <= freeGrains)) charged += 1;
    }
    if (isFree && charged === 0) continue;
    let cost = repeat(charged, perGrain(percent(price.percent))) + scaled(price.fee_per_event);
    if (price.event_minimum !== undefined && cost < scaled(price.event_minimum)) {
      cost = scaled(price.event_minimum);
    }
    if (price.event_maximum !== undefined && cost > scaled(price.event_maximum)) {
      cost = scaled(price.event_maximum);
    }
    total += cost;
  }
  return total;
}

/** Whole units, or quarters of them, in grains. */
function grainsOf(units = '0', terms = QUARTERS): number {
  let grains = 0;
  for (let unit = 0; unit < Number(units); unit += 1) grains += GRAINS_OF_QUARTER * terms;
  return grains;
}

function packagesStarted(grains: number, size: number): number {
  let packages = 0;
  for (let grain = 0; grain < grains; grain += 1) if (grain % size === 0) packages += 1;
  return packages;
}

function repeat(times: number, amount: bigint): bigint {
  let total = 0n;
  for (let time = 0; time < times; time += 1) total += amount;
  return total;
}

/** Nothing is left over: prices have six places, and 10^8 is a hundred times that. */
function perGrain(amount: bigint): bigint {
  return evenly(amount, BigInt(GRAINS));
}

/** So many quarters of an amount. */
export function quarters(amount: bigint, due: number): bigint {
  return evenly(amount, BigInt(QUARTERS)) * BigInt(due);
}

function evenly(amount: bigint, parts: bigint): bigint {
  if (amount % parts !== 0n) throw new Error(`${amount} has no ${parts} equal parts`);
  return amount / parts;
}

/** A decimal text in 10^-8. */
export function scaled(text = '0'): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(8, '0'));
}

function percent(text: string): bigint {
  return scaled(text) / 100n;
}
