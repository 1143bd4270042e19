import type { TenantId } from '@tollgate/api';
import type { SubscriptionStatus } from '@tollgate/api/words';
import type { PlanReference } from '../../catalogue/domain/plan.ts';

/** A tenant's right to a plan version. Plain data. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly tenantId: TenantId;
  readonly plan: PlanReference;
  readonly status: SubscriptionStatus;
  /** Rises by one with each change; 1 when new. */
  readonly version: bigint;
  readonly createTime: Temporal.Instant;
}

/** Who or what changed a subscription, and when: an entry in its history. */
export interface Cause {
  /** Subject of the caller (`usr_…`, `key_…`), or `event:<id>`. */
  readonly changedBy: string;
  /** Empty for background work. */
  readonly requestId: string;
  readonly at: Temporal.Instant;
}

/** The same subscription on another plan version, one version on. */
export function moveToPlan(subscription: Subscription, plan: PlanReference): Subscription {
  return {
    ...subscription,
    plan: { planId: plan.planId, version: plan.version },
    version: subscription.version + 1n,
  };
}
