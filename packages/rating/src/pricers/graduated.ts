import { compare, minus, plus, type Rational, ZERO } from '@tollgate/money';
import type { Tier } from '../price.ts';
import type { Priced, WalkStep } from './priced.ts';
import { tierAmount } from './tier-amount.ts';

/**
 * Every unit at the price of the tier it falls into, and the flat fee of every tier reached. An
 * upper bound belongs to its tier: 5 is in the tier up to 5, 5.001 is also in the next one. The
 * first tier is reached without usage, unless `flatOnZero` is false.
 */
export function priceGraduated(
  tiers: readonly Tier[],
  quantity: Rational,
  { flatOnZero, fees }: { readonly flatOnZero: boolean; readonly fees: Rational },
): Priced {
  const walk: WalkStep[] = [];
  let amount = ZERO;
  let lower = ZERO;
  for (const [index, tier] of tiers.entries()) {
    if (index > 0 && compare(quantity, lower) <= 0) break;
    const { upTo } = tier;
    const upper = upTo === undefined || compare(quantity, upTo) < 0 ? quantity : upTo;
    const due = quantity.numerator > 0n || flatOnZero ? fees : undefined;
    const step = tierAmount(tier, index, minus(upper, lower), due);
    walk.push(step);
    amount = plus(amount, step.amount);
    // Stryker disable next-line ConditionalExpression: the last tier is the open one
    if (upTo === undefined) break;
    lower = upTo;
  }
  return { amount, walk };
}
