import type { TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import { type Clock, type EventOf, newId, type Rows, type TenantId } from '@tollgate/runtime';
import type { Plan } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';
import { findCurrentPlan, inCatalogue } from '../store/catalogue-store.ts';
import { openPeriods } from '../store/period-store.ts';
import { findSubscription, grantPlan, insertSubscription } from '../store/subscription-store.ts';
import { announceSubscription } from './announce-subscription.ts';
import { TENANT_CREATED } from './subjects.ts';

/** What every tenant starts with, the platform's own included. */
const FIRST_PLAN_ID = 'free';

/**
 * Subscribes a new tenant to `free` and announces it. A tenant that has a subscription keeps it, so
 * that an event which is published twice under two ids changes nothing.
 */
export function onTenantCreated({ clock }: { clock: Clock }) {
  return async (event: EventOf<typeof TenantChangedSchema>, rows: Rows): Promise<void> => {
    const { tenantId } = event;
    if (await findSubscription(rows, tenantId)) return;

    const at = clock.now();
    const plan = await inCatalogue(rows, tenantId, () => firstPlan(rows));
    const subscription = newSubscription({ tenantId, plan, at });
    const changedBy = `event:${TENANT_CREATED}`;
    insertSubscription(rows, subscription, { changedBy, requestId: event.requestId, at });
    const period = await openPeriods(rows, subscription);
    const entitlement = await grantPlan(rows, { tenantId, plan: subscription.plan });
    announceSubscription(rows, { subscription, period, entitlement, plan });
  };
}

async function firstPlan(rows: Rows): Promise<Plan> {
  const plan = await findCurrentPlan(rows, FIRST_PLAN_ID);
  if (!plan) throw new Error(`The migrations create the plan ${FIRST_PLAN_ID}.`);
  return plan;
}

function newSubscription(start: {
  tenantId: TenantId;
  plan: Plan;
  at: Temporal.Instant;
}): Subscription {
  const { planId, version } = start.plan;
  return {
    subscriptionId: newId('sub'),
    tenantId: start.tenantId,
    plan: { planId, version },
    status: 'active',
    version: 1n,
    createTime: start.at,
  };
}
