import type { SubscriptionStatus } from '@tollgate/api/words';
import type { PlanReference } from './plan.ts';

/** A tenant's right to a plan version. Plain data. */
export interface Subscription {
  readonly subscriptionId: string;
  /** `ten_…` */
  readonly tenantId: `ten_${string}`;
  readonly plan: PlanReference;
  readonly status: SubscriptionStatus;
  /** Rises by one with each change; 1 when new. */
  readonly version: bigint;
  readonly createTime: Temporal.Instant;
}

/** The same subscription on another plan version, one version on. */
export function moveToPlan(subscription: Subscription, plan: PlanReference): Subscription {
  return {
    ...subscription,
    plan: { planId: plan.planId, version: plan.version },
    version: subscription.version + 1n,
  };
}
