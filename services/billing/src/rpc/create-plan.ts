import {
  BillingService,
  type CreatePlanRequest,
} from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput, tooMany } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { definePlan, type PlanDraft } from '../domain/define-plan.ts';
import { planIdTaken } from '../errors.ts';
import { insertPlan, lockCatalogue, PLANS_MAX } from '../store/catalogue-store.ts';
import { toProtoPlan } from './to-proto.ts';

/**
 * Adds a plan with its first version. Only operators hold the permission, and their tenant is the
 * seller. INVALID_INPUT lists every rule that the parts of the plan break together; PLAN_ID_TAKEN
 * when there is such a plan, TOO_MANY beyond 200 plans.
 */
export function createPlan({ database, clock }: { database: Database; clock: Clock }) {
  return handler(BillingService.method.createPlan, async (input, call) => {
    const defined = definePlan(fromProtoDraft(input));
    if ('violations' in defined) throw invalidInput(defined.violations);
    const { plan } = defined;

    return database.write(call, async (rows) => {
      const planIds = await lockCatalogue(rows);
      if (planIds.includes(plan.planId)) throw planIdTaken(plan.planId);
      if (planIds.length >= PLANS_MAX) throw tooMany('plans', PLANS_MAX);
      insertPlan(rows, plan, clock.now());
      return { plan: toProtoPlan(plan) };
    });
  });
}

function fromProtoDraft(input: CreatePlanRequest): PlanDraft {
  return {
    planId: input.planId,
    name: input.name,
    currency: input.currency || 'USD',
    monthlyFee: input.monthlyFee || '0',
    includedRequests: input.includedRequests,
    overageUnitAmount: input.overageUnitAmount || '0',
    limits: input.limits.map(({ limitId, kind, requests, window, burst }) => ({
      limitId,
      kind,
      requests,
      window,
      burst,
    })),
    onLimiterUnavailable: input.onLimiterUnavailable || 'deny',
  };
}
