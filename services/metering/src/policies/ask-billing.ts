import type { Client } from '@connectrpc/connect';
import type { TenantId } from '@tollgate/api';
import type { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { Terms } from './domain/policy.ts';
import { fromProtoEntitlements } from './entitlements-proto.ts';

/**
 * Asks Billing what a tenant may do.
 *
 * @throws ConnectError as Billing says, or UNAVAILABLE; RangeError for an answer about no tenant.
 */
export function createAskBilling(billing: Client<typeof BillingInternalService>) {
  return async (tenantId: TenantId): Promise<Terms | undefined> => {
    const { entitlements } = await billing.getEntitlements({ tenantId });
    return entitlements && fromProtoEntitlements(entitlements);
  };
}
