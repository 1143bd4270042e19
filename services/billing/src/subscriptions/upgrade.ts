import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { type Catalogue, inCatalogue } from '../catalogue/catalogue-store.ts';
import type { Plan } from '../catalogue/domain/plan.ts';
import { notAnUpgrade, planNotFound } from '../errors.ts';
import { announceSubscription } from './announce-subscription.ts';
import type { BillingPeriod } from './domain/billing-period.ts';
import { moveToPlan, type Subscription } from './domain/subscription.ts';
import { isUpgrade } from './domain/upgrade.ts';
import { grantPlan } from './entitlement-store.ts';
import { getPeriod } from './period-store.ts';
import { subscribeTenant } from './subscribe-tenant.ts';
import { toProtoSubscription } from './subscription-proto.ts';
import { updateSubscription } from './subscription-store.ts';

/**
 * Moves the tenant to a plan whose monthly fee is at least the present one, at once and for the
 * whole current month (ADR 0004). On the plan it has already, nothing changes and the answer is the
 * same. The subscription is locked, so that of two callers the second sees what the first did; in a
 * tenant's first moment, before the event of its creation has arrived, it is subscribed here.
 * PLAN_NOT_FOUND, NOT_AN_UPGRADE.
 */
export function upgrade({ database, clock }: { database: Database; clock: Clock }) {
  return handler(BillingService.method.upgrade, ({ planId }, call) =>
    database.write(call, async (rows) => {
      const at = clock.now();
      const cause = { changedBy: call.principal.subject, requestId: call.requestId, at };
      const before = await subscribeTenant(rows, call.tenantId, cause);
      const period = await getPeriod(rows, before, at);

      const { from, to } = await inCatalogue(rows, (catalogue) =>
        presentAndWanted(catalogue, before, planId),
      );
      if (from.planId === to.planId) return answer(before, period);
      if (!isUpgrade({ from, to })) throw notAnUpgrade({ from: from.planId, to: to.planId });

      const after = moveToPlan(before, to);
      await updateSubscription(rows, after, cause);
      const entitlement = await grantPlan(rows, { tenantId: call.tenantId, plan: to });
      announceSubscription(rows, {
        subscription: after,
        previousPlanId: from.planId,
        period,
        entitlement,
        plan: to,
      });
      return answer(after, period);
    }),
  );
}

async function presentAndWanted(
  catalogue: Catalogue,
  subscription: Subscription,
  planId: string,
): Promise<{ from: Plan; to: Plan }> {
  const from = await catalogue.getPlan(subscription.plan);
  const to = await catalogue.findCurrentPlan(planId);
  if (!to) throw planNotFound(planId);
  return { from, to };
}

function answer(subscription: Subscription, period: BillingPeriod) {
  return {
    subscriptionId: subscription.subscriptionId,
    planId: subscription.plan.planId,
    status: subscription.status,
    subscription: toProtoSubscription(subscription, period),
  };
}
