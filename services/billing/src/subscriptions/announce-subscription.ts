import { entitlementsChanged, subscriptionChanged } from '@tollgate/api/events';
import type { Rows } from '@tollgate/runtime/database';
import type { Plan } from '../catalogue/domain/plan.ts';
import type { BillingPeriod } from './domain/billing-period.ts';
import type { Entitlement } from './domain/entitlement.ts';
import type { Subscription } from './domain/subscription.ts';
import { toProtoEntitlements } from './entitlement-proto.ts';
import { toProtoSubscription } from './subscription-proto.ts';

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
    type: subscriptionChanged,
    entityId: subscription.subscriptionId,
    entityVersion: subscription.version,
    payload: {
      subscription: toProtoSubscription(subscription, change.period),
      previousPlanId: change.previousPlanId ?? '',
    },
  });
  rows.emit({
    ...about,
    type: entitlementsChanged,
    entityId: subscription.tenantId,
    entityVersion: entitlement.version,
    payload: { entitlements: toProtoEntitlements(entitlement, change.plan) },
  });
}
