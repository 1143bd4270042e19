import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { SubscriptionSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { BillingPeriod } from './domain/billing-period.ts';
import type { Subscription } from './domain/subscription.ts';

/** A subscription as the API shows it, with the period that runs. */
export function toProtoSubscription(
  subscription: Subscription,
  period: BillingPeriod,
): MessageInitShape<typeof SubscriptionSchema> {
  return {
    subscriptionId: subscription.subscriptionId,
    tenantId: subscription.tenantId,
    planId: subscription.plan.planId,
    planVersion: subscription.plan.version,
    status: subscription.status,
    periodStart: toProtoTime(period.start),
    periodEnd: toProtoTime(period.end),
    createTime: toProtoTime(subscription.createTime),
    version: subscription.version,
  };
}
