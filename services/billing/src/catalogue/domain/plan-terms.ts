import type { Meter } from '@tollgate/api/words';
import { type Money, sumMoney, ZERO } from '@tollgate/money';
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
 * What every month costs whatever is used: the sum of the fees, as a bill has them. Throws
 * MoneyError OUT_OF_RANGE for fees that no plan of `definePlan` has.
 */
export function recurringFee(plan: Pick<Plan, 'currency' | 'prices'>): Money {
  const fees = feesOf(plan).map(({ price }) => rateLine({ price, usage: { quantity: ZERO } }));
  return sumMoney(
    fees.map(({ amount }) => amount),
    plan.currency,
  );
}

/** Requests a month that the plan's price of requests gives away. */
export function includedRequests(plan: Pick<Plan, 'prices'>): bigint {
  const freeUnits = priceOf(plan, 'requests')?.price.freeUnits ?? ZERO;
  return freeUnits.numerator / freeUnits.denominator;
}
