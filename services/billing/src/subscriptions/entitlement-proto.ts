import type { MessageInitShape } from '@bufbuild/protobuf';
import type { EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import type { Plan } from '../catalogue/domain/plan.ts';
import { includedRequests } from '../catalogue/domain/plan-terms.ts';
import type { Entitlement } from './domain/entitlement.ts';

/** What a tenant may do, in full, out of the plan version it is entitled to. */
export function toProtoEntitlements(
  { tenantId, version }: Entitlement,
  plan: Plan,
): MessageInitShape<typeof EntitlementsSchema> {
  return {
    tenantId,
    version,
    planId: plan.planId,
    planVersion: plan.version,
    limits: plan.limits.map((limit) => ({ ...limit })),
    onLimiterUnavailable: plan.onLimiterUnavailable,
    includedRequests: includedRequests(plan),
  };
}
