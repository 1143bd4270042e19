import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { getPeriod } from './period-store.ts';
import { toProtoSubscription } from './subscription-proto.ts';
import { findSubscription } from './subscription-store.ts';

/** The caller's subscriptions with the period that runs; none in a tenant's first moment. */
export function listSubscriptions({ database, clock }: { database: Database; clock: Clock }) {
  return handler(BillingService.method.listSubscriptions, (_, call) =>
    database.read(call, async (rows) => {
      const subscription = await findSubscription(rows, call.tenantId);
      if (!subscription) return { subscriptions: [] };
      const period = await getPeriod(rows, subscription, clock.now());
      return { subscriptions: [toProtoSubscription(subscription, period)] };
    }),
  );
}
