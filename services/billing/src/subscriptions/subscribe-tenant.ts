import type { TenantId } from '@tollgate/api';
import { newId, type Rows } from '@tollgate/runtime/database';
import { type Catalogue, inCatalogue } from '../catalogue/catalogue-store.ts';
import type { Plan } from '../catalogue/domain/plan.ts';
import { announceSubscription } from './announce-subscription.ts';
import { type BillingPeriod, periodsInAdvance } from './domain/billing-period.ts';
import type { Cause, Subscription } from './domain/subscription.ts';
import { grantPlan } from './entitlement-store.ts';
import { insertPeriods } from './period-store.ts';
import { findSubscription, insertSubscription, lockTenant } from './subscription-store.ts';

/** What every tenant starts with, the platform's own included. */
const FIRST_PLAN_ID = 'free';

/**
 * The tenant's subscription, locked until the work ends. A tenant without one is subscribed to
 * `free` first, with its periods, history and entitlement, and that is announced.
 */
export async function subscribeTenant(
  rows: Rows,
  tenantId: TenantId,
  cause: Cause,
): Promise<Subscription> {
  const known = await findSubscription(rows, tenantId, { lock: 'update' });
  if (known) return known;
  // There is no row to lock yet, and the event and an upgrade may both find that.
  await lockTenant(rows, tenantId);
  const meanwhile = await findSubscription(rows, tenantId, { lock: 'update' });
  if (meanwhile) return meanwhile;

  const plan = await inCatalogue(rows, firstPlan);
  const subscription: Subscription = {
    subscriptionId: newId('sub'),
    tenantId,
    plan: { planId: plan.planId, version: plan.version },
    status: 'active',
    version: 1n,
    createTime: cause.at,
  };
  insertSubscription(rows, subscription, cause);
  const period = await openPeriods(rows, subscription);
  const entitlement = await grantPlan(rows, { tenantId, plan: subscription.plan });
  announceSubscription(rows, { subscription, period, entitlement, plan });
  return subscription;
}

async function firstPlan(catalogue: Catalogue): Promise<Plan> {
  const plan = await catalogue.findCurrentPlan(FIRST_PLAN_ID);
  if (!plan) throw new Error(`The migrations create the plan ${FIRST_PLAN_ID}.`);
  return plan;
}

/** Stores the calendar month in which the subscription begins and the one after; answers the first. */
async function openPeriods(
  rows: Rows,
  { tenantId, subscriptionId, createTime }: Subscription,
): Promise<BillingPeriod> {
  const periods = periodsInAdvance({ number: 1, from: createTime, now: createTime });
  await insertPeriods(
    rows,
    periods.map((period) => ({ ...period, tenantId, subscriptionId })),
  );
  const [first] = periods;
  if (!first) throw new Error('A subscription has a first period.');
  return first;
}
