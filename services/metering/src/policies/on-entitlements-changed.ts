import type { EntitlementsChanged } from '@tollgate/api/tollgate/billing/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import { policyOf } from './domain/policy.ts';
import { fromProtoEntitlements } from './entitlements-proto.ts';
import { keepTerms } from './policy-store.ts';

/**
 * Keeps what Billing says a tenant may do, unless newer news are known.
 *
 * @throws Error for entitlements that are not understood or name no tenant: the event is tried again
 *   and then parked, where it can be seen, and the policy before stays in force.
 */
export async function onEntitlementsChanged(
  { payload }: { payload: EntitlementsChanged },
  rows: Rows,
): Promise<void> {
  const { entitlements } = payload;
  if (!entitlements) throw new Error('The event has no entitlements.');
  const terms = fromProtoEntitlements(entitlements);
  policyOf(terms);
  await keepTerms(rows, terms);
}
