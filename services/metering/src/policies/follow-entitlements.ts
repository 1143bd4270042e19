import type { EntitlementsChanged } from '@tollgate/api/tollgate/billing/v1/events';
import type { Log } from '@tollgate/runtime/service';
import { fromProtoEntitlements } from './entitlements-proto.ts';
import type { Policies } from './policies.ts';

/**
 * Takes over what Billing says a tenant may do, in the memory of this process. An event that names no
 * tenant is of nobody's policy: it is logged and skipped, and here nothing is forgotten for it. The
 * recorder, which gets the same event, parks it.
 */
export function followEntitlements({ policies, log }: { policies: Policies; log: Log }) {
  return ({ payload }: { payload: EntitlementsChanged }): void => {
    if (!payload.entitlements) return;
    try {
      policies.apply(fromProtoEntitlements(payload.entitlements));
    } catch (error) {
      log.error({ error }, 'entitlements name no tenant');
    }
  };
}
