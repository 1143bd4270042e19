import { isId } from '@tollgate/api';
import type { Entitlements } from '@tollgate/api/tollgate/billing/v1/events';
import type { Terms } from './domain/policy.ts';

/**
 * What Billing says a tenant may do, by event or by answer.
 *
 * @throws RangeError when it names no tenant; whether its limits are understood, `policyOf` says.
 */
export function fromProtoEntitlements(entitlements: Entitlements): Terms {
  const { tenantId, version, planId, planVersion } = entitlements;
  if (!isId('ten', tenantId)) throw new RangeError(`"${tenantId}" is no tenant`);
  return {
    tenantId,
    version,
    planId,
    planVersion,
    limits: entitlements.limits.map(({ limitId, kind, requests, window, burst }) => {
      return { limitId, kind, requests, window, burst };
    }),
    onLimiterUnavailable: entitlements.onLimiterUnavailable,
    includedRequests: entitlements.includedRequests,
  };
}
