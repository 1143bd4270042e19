import { compare, type Rational } from '@tollgate/money';
import { ratingError } from '../errors.ts';
import type { Tier } from '../price.ts';
import type { Priced } from './priced.ts';
import { tierAmount } from './tier-amount.ts';

/**
 * The whole quantity at the price of the one tier it reaches, and that tier's flat fee; capacity
 * prices have nothing but the fee. Bounds and zero as in graduated prices.
 */
export function priceVolume(
  tiers: readonly Tier[],
  quantity: Rational,
  { flatOnZero, fees }: { readonly flatOnZero: boolean; readonly fees: Rational },
): Priced {
  const index = reachedTier(tiers, quantity);
  const tier = tiers[index];
  // Stryker disable all: the last tier is open, so that one is always reached
  if (tier === undefined) {
    throw ratingError('INVALID_PRICE', 'tiers', 'last_open', 'do not cover the quantity.');
  }
  // Stryker restore all
  const due = quantity.numerator > 0n || flatOnZero ? fees : undefined;
  const step = tierAmount(tier, index, quantity, due);
  return { amount: step.amount, walk: [step] };
}

/** The first tier whose bound is not below the quantity, by halving: bounds only grow. */
function reachedTier(tiers: readonly Tier[], quantity: Rational): number {
  let low = 0;
  // Stryker disable next-line ArithmeticOperator: what lies behind the last tier is as open as it
  let high = tiers.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Stryker disable next-line OptionalChaining: the middle is below the last tier
    const bound = tiers[middle]?.upTo;
    if (bound === undefined || compare(quantity, bound) <= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
