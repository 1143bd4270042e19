import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import type { PlanReference } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';
import { SELLER_ID } from './catalogue-store.ts';
import { EntitlementRow, SubscriptionChangeRow, SubscriptionRow } from './subscription-row.ts';

/** Who or what changed a subscription, and when: an entry in its history. */
export interface Cause {
  /** Subject of the caller (`usr_…`, `key_…`), or `event:<id>`. */
  readonly changedBy: string;
  /** Empty for background work. */
  readonly requestId: string;
  readonly at: Temporal.Instant;
}

/** What a tenant may use now. */
export interface Entitlement {
  readonly tenantId: TenantId;
  readonly plan: PlanReference;
  /** Rises by one with each change for the tenant, over all its subscriptions. */
  readonly version: bigint;
}

/** Lets nobody else begin a subscription of the tenant until the work ends; waits for who does. */
export async function lockTenant(rows: Rows, tenantId: TenantId): Promise<void> {
  await rows.lock('billing.subscription', tenantId);
}

/** The tenant's active subscription; with `lock` nobody else changes it until the work ends. */
export async function findSubscription(
  rows: Rows,
  tenantId: TenantId,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<Subscription | undefined> {
  const where = { tenantId, status: 'active' as const };
  const row = await rows.find(SubscriptionRow, where, lock ? { lock: 'update' } : {});
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
  change: { readonly before: Subscription; readonly after: Subscription; readonly cause: Cause },
): Promise<void> {
  const { before, after, cause } = change;
  const { tenantId, subscriptionId } = before;
  const row = await rows.find(SubscriptionRow, { tenantId, subscriptionId });
  if (row?.version !== before.version) throw new Error('The subscription was not locked.');
  Object.assign(row, toRow(after));
  appendChange(rows, { subscription: after, previous: before.plan, cause });
}

/** Entitles the tenant to a plan version from now on. The row's version rises by one. */
export async function grantPlan(
  rows: Rows,
  { tenantId, plan }: { readonly tenantId: TenantId; readonly plan: PlanReference },
): Promise<Entitlement> {
  const [granted] = await rows.sql<{ version: bigint }>(
    `insert into entitlement as e (tenant_id, seller_id, plan_id, plan_version, version)
       values ($1, $2, $3, $4, 1)
     on conflict (tenant_id) do update set seller_id = excluded.seller_id,
       plan_id = excluded.plan_id, plan_version = excluded.plan_version, version = e.version + 1
     returning version`,
    [tenantId, SELLER_ID, plan.planId, plan.version],
  );
  if (!granted) throw new Error('An upsert answers its row.');
  const { planId, version } = plan;
  return { tenantId, plan: { planId, version }, version: granted.version };
}

/** What the tenant is entitled to now. */
export async function findEntitlement(
  rows: Rows,
  tenantId: TenantId,
): Promise<Entitlement | undefined> {
  const row = await rows.find(EntitlementRow, { tenantId });
  if (!row) return undefined;
  const plan = { planId: row.planId, version: row.planVersion };
  return { tenantId, plan, version: row.version };
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
