import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { inCatalogue } from '../catalogue/catalogue-store.ts';
import { noSubscription } from '../errors.ts';
import { toProtoEntitlements } from './entitlement-proto.ts';
import { findEntitlement } from './entitlement-store.ts';

/** What a tenant may do now, for services that missed the event. NO_SUBSCRIPTION while nothing. */
export function getEntitlements({ database }: { database: Database }) {
  return handler(BillingInternalService.method.getEntitlements, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    return database.read({ tenantId, requestId: call.requestId }, async (rows) => {
      const entitlement = await findEntitlement(rows, tenantId);
      if (!entitlement) throw noSubscription(tenantId);
      const plan = await inCatalogue(rows, (catalogue) => catalogue.getPlan(entitlement.plan));
      return { entitlements: toProtoEntitlements(entitlement, plan) };
    });
  });
}
