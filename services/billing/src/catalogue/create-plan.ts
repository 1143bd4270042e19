import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput, tooMany } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { planIdTaken } from '../errors.ts';
import { inOwnCatalogue, PLANS_MAX } from './catalogue-store.ts';
import { definePlan } from './domain/define-plan.ts';
import { fromProtoPlanDraft, toProtoPlan } from './plan-proto.ts';

/**
 * Adds a plan with its first version. Only operators hold the permission, and their tenant is the
 * seller. INVALID_INPUT lists every rule that the parts of the plan break together; PLAN_ID_TAKEN
 * when there is such a plan, TOO_MANY beyond 200 plans.
 */
export function createPlan({ database, clock }: { database: Database; clock: Clock }) {
  return handler(BillingService.method.createPlan, async (input, call) => {
    const defined = definePlan(fromProtoPlanDraft(input));
    if ('violations' in defined) throw invalidInput(defined.violations);
    const { plan } = defined;

    return database.write(call, (rows) =>
      inOwnCatalogue(rows, async (catalogue) => {
        const planIds = await catalogue.lockPlanIds();
        if (planIds.includes(plan.planId)) throw planIdTaken(plan.planId);
        if (planIds.length >= PLANS_MAX) throw tooMany('plans', PLANS_MAX);
        await catalogue.insertPlan(plan, clock.now());
        return { plan: toProtoPlan(plan) };
      }),
    );
  });
}
