import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CreatePlanRequest,
  PlanSchema,
} from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { PlanDraft } from './domain/define-plan.ts';
import type { Plan } from './domain/plan.ts';
import { fromProtoPrice, toProtoPrice } from './price-proto.ts';

/** A plan as the API shows it. */
export function toProtoPlan(plan: Plan): MessageInitShape<typeof PlanSchema> {
  return {
    planId: plan.planId,
    version: plan.version,
    name: plan.name,
    currency: plan.currency.code,
    prices: plan.prices.map(toProtoPrice),
    limits: plan.limits.map((limit) => ({ ...limit })),
    onLimiterUnavailable: plan.onLimiterUnavailable,
  };
}

/** A plan as an operator wrote it down; what is left out is USD and `deny`. */
export function fromProtoPlanDraft(input: CreatePlanRequest): PlanDraft {
  return {
    planId: input.planId,
    name: input.name,
    currency: input.currency || 'USD',
    prices: input.prices.map(fromProtoPrice),
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
