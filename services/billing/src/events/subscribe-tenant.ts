import type { TenantId } from '@tollgate/api';
import { newId, type Rows } from '@tollgate/runtime/database';
import type { Plan } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';
import { findCurrentPlan, inCatalogue } from '../store/catalogue-store.ts';
import { openPeriods } from '../store/period-store.ts';
import {
  type Cause,
  findSubscription,
  grantPlan,
  insertSubscription,
  lockTenant,
} from '../store/subscription-store.ts';
import { announceSubscription } from './announce-subscription.ts';

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
  const known = await findSubscription(rows, tenantId, { lock: true });
  if (known) return known;
  // There is no row to lock yet, and the event and an upgrade may both find that.
  await lockTenant(rows, tenantId);
  const meanwhile = await findSubscription(rows, tenantId, { lock: true });
  if (meanwhile) return meanwhile;

  const plan = await inCatalogue(rows, () => firstPlan(rows));
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

async function firstPlan(rows: Rows): Promise<Plan> {
  const plan = await findCurrentPlan(rows, FIRST_PLAN_ID);
  if (!plan) throw new Error(`The migrations create the plan ${FIRST_PLAN_ID}.`);
  return plan;
}
