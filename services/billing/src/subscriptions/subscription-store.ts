import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { type PlanReference, SELLER_ID } from '../catalogue/domain/plan.ts';
import type { Cause, Subscription } from './domain/subscription.ts';
import { SubscriptionChangeRow, SubscriptionRow } from './subscription-row.ts';

/** Lets nobody else begin a subscription of the tenant until the work ends; waits for who does. */
export async function lockTenant(rows: Rows, tenantId: TenantId): Promise<void> {
  await rows.lock('billing.subscription', tenantId);
}

/** The tenant's active subscription; with `lock` nobody else changes it until the work ends. */
export async function findSubscription(
  rows: Rows,
  tenantId: TenantId,
  options: { readonly lock?: 'update' } = {},
): Promise<Subscription | undefined> {
  const row = await rows.find(SubscriptionRow, { tenantId, status: 'active' }, options);
  return row ? fromRow(row) : undefined;
}

/** Adds a subscription and the first entry of its history. */
export function insertSubscription(rows: Rows, subscription: Subscription, cause: Cause): void {
  rows.insert(SubscriptionRow, { ...toRow(subscription), sellerId: SELLER_ID });
  appendChange(rows, { subscription, cause });
}

/**
 * Stores the next version of a subscription that was found with `lock`, and an entry of its history
 * that names the plan before.
 */
export async function updateSubscription(
  rows: Rows,
  after: Subscription,
  cause: Cause,
): Promise<void> {
  const { tenantId, subscriptionId, version } = after;
  const row = await rows.find(SubscriptionRow, { tenantId, subscriptionId });
  if (!row) throw new Error(`There is no subscription ${subscriptionId} to be updated.`);
  if (row.version + 1n !== version) throw new Error(`${subscriptionId} was not locked.`);
  const previous = { planId: row.planId, version: row.planVersion };
  Object.assign(row, toRow(after));
  appendChange(rows, { subscription: after, previous, cause });
}

function appendChange(
  rows: Rows,
  entry: { subscription: Subscription; previous?: PlanReference; cause: Cause },
): void {
  const { tenantId, subscriptionId, version, plan } = entry.subscription;
  rows.insert(SubscriptionChangeRow, {
    tenantId,
    subscriptionId,
    version,
    previousPlanId: entry.previous?.planId ?? null,
    previousPlanVersion: entry.previous?.version ?? null,
    planId: plan.planId,
    planVersion: plan.version,
    changedBy: entry.cause.changedBy,
    requestId: entry.cause.requestId,
    changeTime: entry.cause.at,
  });
}

function toRow({ plan, ...subscription }: Subscription) {
  return { ...subscription, planId: plan.planId, planVersion: plan.version };
}

function fromRow(row: SubscriptionRow): Subscription {
  return {
    subscriptionId: row.subscriptionId,
    tenantId: row.tenantId,
    plan: { planId: row.planId, version: row.planVersion },
    status: row.status,
    version: row.version,
    createTime: row.createTime,
  };
}
