import type { Meter } from '@tollgate/api/words';
import { type Currency, type Money, sumMoney, ZERO } from '@tollgate/money';
import { rateLine } from '@tollgate/rating';
import type { Plan, PlanPrice } from './plan.ts';

/** The prices that count nothing, in the plan's order. */
export function feesOf({ prices }: Pick<Plan, 'prices'>): PlanPrice[] {
  return prices.filter(({ meter }) => meter === undefined);
}

/** The one price that counts a meter; without it such usage is free. */
export function priceOf({ prices }: Pick<Plan, 'prices'>, meter: Meter): PlanPrice | undefined {
  return prices.find((price) => price.meter === meter);
}

/**
 * What plans are compared by: the sum of the fees, as a bill has them. Throws MoneyError
 * OUT_OF_RANGE for fees that no plan of `definePlan` has.
 */
export function recurringFee(plan: Pick<Plan, 'currency' | 'prices'>): Money {
  return withoutUsage(feesOf(plan), plan.currency);
}

/**
 * What a month without any usage costs, as a bill has it: fees, minimums, and whatever else a price
 * asks for at nothing. Throws MoneyError OUT_OF_RANGE.
 */
export function monthlyMinimum({ prices, currency }: Pick<Plan, 'currency' | 'prices'>): Money {
  return withoutUsage(prices, currency);
}

function withoutUsage(prices: readonly PlanPrice[], currency: Currency): Money {
  const lines = prices.map(({ price }) => rateLine({ price, usage: { quantity: ZERO } }));
  return sumMoney(
    lines.map(({ amount }) => amount),
    currency,
  );
}

/** Requests a month that the plan's price of requests gives away. */
export function includedRequests(plan: Pick<Plan, 'prices'>): bigint {
  const freeUnits = priceOf(plan, 'requests')?.price.freeUnits ?? ZERO;
  return freeUnits.numerator / freeUnits.denominator;
}
