import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { compare, exactValue } from '@tollgate/money';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import { inCatalogue } from './catalogue-store.ts';
import type { Plan } from './domain/plan.ts';
import { toProtoPlan } from './plan-proto.ts';

/** Every plan on offer in the version that is sold now, cheapest monthly fee first. */
export function listPlans({ database }: { database: Database }) {
  return handler(BillingService.method.listPlans, async (_, call) => {
    const plans = await database.read(call, (rows) =>
      inCatalogue(rows, (catalogue) => catalogue.findCurrentPlans()),
    );
    return { plans: plans.toSorted(byFee).map(toProtoPlan) };
  });
}

/** By the bare number of the fee, whatever its currency; equal fees by id. */
function byFee(left: Plan, right: Plan): number {
  const fees = compare(exactValue(left.monthlyFee), exactValue(right.monthlyFee));
  if (fees !== 0) return fees;
  return left.planId < right.planId ? -1 : 1;
}
