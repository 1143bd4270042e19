import type { PriceDocument, UnitTierDocument } from '../index.ts';

/** Amounts here are whole numbers of 10^-8: six places of a price times percents of two. */
const UNIT = 10n ** 8n;

/**
 * The deliberately naive reference: looks at every single unit of every event, one after another,
 * in integers only, and knows nothing of rationals. Whole quantities and bounds only.
 * Returns the price of a whole period before the discount, in 10^-8 of the major unit.
 */
export function priceUnitByUnit(price: PriceDocument, eventAmounts: readonly number[]): bigint {
  if (price.kind === 'percentage') return percentageUnitByUnit(price, eventAmounts);
  let units = 0;
  for (const amount of eventAmounts) for (let unit = 0; unit < amount; unit += 1) units += 1;
  let left = 'free_units' in price ? Number(price.free_units ?? '0') : 0;
  while (left > 0 && units > 0) {
    left -= 1;
    units -= 1;
  }
  switch (price.kind) {
    case 'flat':
      return scaled(price.amount);
    case 'per_unit':
      return repeat(units, scaled(price.unit_price));
    case 'dynamic':
      return repeat(units, scaled(price.multiplier));
    case 'package': {
      const packages = packagesStarted(units, Number(price.package_size));
      const least = Number(price.minimum_packages ?? '0');
      return repeat(packages < least ? least : packages, scaled(price.package_price));
    }
    case 'graduated':
    case 'volume':
    case 'capacity':
    case 'graduated_percentage':
      return tieredUnitByUnit(price, units);
  }
}

type Tiered = Extract<PriceDocument, { tiers: unknown }>;

function tieredUnitByUnit(price: Tiered, units: number): bigint {
  const tiers = price.tiers as readonly (UnitTierDocument & {
    percent?: string;
    amount?: string;
  })[];
  const tierOf = (unit: number) => {
    for (let index = 0; index < tiers.length; index += 1) {
      const bound = tiers[index]?.up_to;
      if (bound === undefined || bound === null || unit <= Number(bound)) return index;
    }
    throw new Error('no tier');
  };
  const unitsIn = tiers.map(() => 0);
  const whole = price.kind === 'volume' || price.kind === 'capacity';
  const reached = new Set<number>();
  for (let unit = 1; unit <= units; unit += 1) {
    const index = tierOf(whole ? units : unit);
    unitsIn[index] = (unitsIn[index] ?? 0) + 1;
    reached.add(index);
  }
  if (units === 0 && price.flat_on_zero !== false) reached.add(0);
  let total = 0n;
  for (const [index, tier] of tiers.entries()) {
    const inside = unitsIn[index] ?? 0;
    const size = tier.package_size;
    const sold = size === undefined ? inside : packagesStarted(inside, Number(size));
    const rate = tier.percent === undefined ? scaled(tier.unit_price) : percent(tier.percent);
    total += repeat(sold, rate);
    if (reached.has(index)) total += scaled(tier.amount ?? tier.flat_fee);
  }
  return total;
}

function percentageUnitByUnit(
  price: Extract<PriceDocument, { kind: 'percentage' }>,
  eventAmounts: readonly number[],
): bigint {
  const { free_events: freeEvents, free_amount: freeAmount } = price;
  const anythingFree = freeEvents !== undefined || freeAmount !== undefined;
  let total = 0n;
  let unitsSoFar = 0;
  for (const [index, amount] of eventAmounts.entries()) {
    let charged = 0;
    for (let unit = 0; unit < amount; unit += 1) {
      unitsSoFar += 1;
      const eventLasts = freeEvents === undefined || index < Number(freeEvents);
      const amountLasts = freeAmount === undefined || unitsSoFar <= Number(freeAmount);
      if (!(anythingFree && eventLasts && amountLasts)) charged += 1;
    }
    if (charged === 0) continue;
    let cost = repeat(charged, percent(price.percent)) + scaled(price.fee_per_event);
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

function packagesStarted(units: number, size: number): number {
  let packages = 0;
  for (let unit = 0; unit < units; unit += 1) if (unit % size === 0) packages += 1;
  return packages;
}

function repeat(times: number, amount: bigint): bigint {
  let total = 0n;
  for (let time = 0; time < times; time += 1) total += amount;
  return total;
}

/** A decimal text in 10^-8. */
export function scaled(text = '0'): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(8, '0'));
}

function percent(text: string): bigint {
  return scaled(text) / 100n;
}
