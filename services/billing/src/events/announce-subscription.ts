import {
  EntitlementsChangedSchema,
  SubscriptionChangedSchema,
} from '@tollgate/api/tollgate/billing/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Plan } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';
import { toProtoEntitlements, toProtoSubscription } from '../rpc/to-proto.ts';
import type { Entitlement } from '../store/subscription-store.ts';
import { ENTITLEMENTS_CHANGED, SUBSCRIPTION_CHANGED } from './subjects.ts';

/**
 * Announces a new or changed subscription and what it entitles to: two events, because they are two
 * entities with versions of their own. Sold is live traffic, so they belong to `live`, whatever
 * credential caused them.
 */
export function announceSubscription(
  rows: Rows,
  change: {
    readonly subscription: Subscription;
    /** Absent for a new subscription. */
    readonly previousPlanId?: string;
    readonly period: BillingPeriod;
    readonly entitlement: Entitlement;
    /** The plan version that the entitlement names. */
    readonly plan: Plan;
  },
): void {
  const { subscription, entitlement } = change;
  const about = { tenantId: subscription.tenantId, environment: 'live' as const };
  rows.emit({
    ...about,
    subject: SUBSCRIPTION_CHANGED,
    entityId: subscription.subscriptionId,
    entityVersion: subscription.version,
    schema: SubscriptionChangedSchema,
    payload: {
      subscription: toProtoSubscription(subscription, change.period),
      previousPlanId: change.previousPlanId ?? '',
    },
  });
  rows.emit({
    ...about,
    subject: ENTITLEMENTS_CHANGED,
    entityId: subscription.tenantId,
    entityVersion: entitlement.version,
    schema: EntitlementsChangedSchema,
    payload: { entitlements: toProtoEntitlements(entitlement, change.plan) },
  });
}
