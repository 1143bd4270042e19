import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { SubscriptionStatus } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

/** What a tenant bought; at most one active row a tenant. */
export const SubscriptionRow = defineEntity({
  name: 'Subscription',
  tableName: 'subscription',
  properties: {
    tenantId: p.string().$type<TenantId>().primary(),
    subscriptionId: p.string().primary(),
    /** Tenant whose catalogue the plan is from. */
    sellerId: p.string(),
    planId: p.string(),
    planVersion: p.integer(),
    status: p.string().$type<SubscriptionStatus>(),
    version: p.bigint(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** One entry of a subscription's history; never updated. */
export const SubscriptionChangeRow = defineEntity({
  name: 'SubscriptionChange',
  tableName: 'subscription_change',
  properties: {
    tenantId: p.string().primary(),
    subscriptionId: p.string().primary(),
    /** The subscription's version after the change. */
    version: p.bigint().primary(),
    previousPlanId: p.string().nullable(),
    previousPlanVersion: p.integer().nullable(),
    planId: p.string(),
    planVersion: p.integer(),
    /** Subject of the caller, or the event that caused it. */
    changedBy: p.string(),
    /** The request behind it; empty for background work. */
    requestId: p.string(),
    changeTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A stored subscription. */
export type SubscriptionRow = InferEntity<typeof SubscriptionRow>;
