import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { compare, exactValue, type Rational } from '@tollgate/money';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import { inCatalogue } from './catalogue-store.ts';
import type { Plan } from './domain/plan.ts';
import { recurringFee } from './domain/plan-terms.ts';
import { toProtoPlan } from './plan-proto.ts';

/** Every plan on offer in the version that is sold now, lowest fees first. */
export function listPlans({ database }: { database: Database }) {
  return handler(BillingService.method.listPlans, async (_, call) => {
    const plans = await database.read(call, (rows) =>
      inCatalogue(rows, (catalogue) => catalogue.findCurrentPlans()),
    );
    const ranked = plans.map((plan) => ({ plan, fee: exactValue(recurringFee(plan)) }));
    return { plans: ranked.toSorted(byFee).map(({ plan }) => toProtoPlan(plan)) };
  });
}

interface Ranked {
  readonly plan: Plan;
  readonly fee: Rational;
}

/** By the bare number of the fees, whatever its currency; equal fees by id. */
function byFee(left: Ranked, right: Ranked): number {
  return compare(left.fee, right.fee) || (left.plan.planId < right.plan.planId ? -1 : 1);
}
