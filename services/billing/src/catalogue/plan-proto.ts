import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CreatePlanRequest,
  PlanSchema,
} from '@tollgate/api/tollgate/billing/v1/billing_service';
import { moneyToDecimal, toDecimal } from '@tollgate/money';
import type { PlanDraft } from './domain/define-plan.ts';
import type { Plan } from './domain/plan.ts';

/** A plan as the API shows it; amounts are decimal strings. */
export function toProtoPlan(plan: Plan): MessageInitShape<typeof PlanSchema> {
  return {
    planId: plan.planId,
    version: plan.version,
    name: plan.name,
    currency: plan.monthlyFee.currency.code,
    monthlyFee: moneyToDecimal(plan.monthlyFee),
    includedRequests: plan.includedRequests,
    overageUnitAmount: toDecimal(plan.overageUnitAmount),
    limits: plan.limits.map((limit) => ({ ...limit })),
    onLimiterUnavailable: plan.onLimiterUnavailable,
  };
}

/** A plan as an operator wrote it down; what is left out is USD, free of charge, and `deny`. */
export function fromProtoPlanDraft(input: CreatePlanRequest): PlanDraft {
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
