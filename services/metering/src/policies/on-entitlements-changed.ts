import type { EntitlementsChanged } from '@tollgate/api/tollgate/billing/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import { policyOf } from './domain/policy.ts';
import { keepEntitlements } from './policy-store.ts';

/**
 * Keeps what Billing says a tenant may do, unless newer news are known.
 *
 * @throws Error for entitlements that are not understood: the event is tried again and then parked,
 *   where it can be seen, and the policy before stays in force.
 */
export async function onEntitlementsChanged(
  { payload }: { payload: EntitlementsChanged },
  rows: Rows,
): Promise<void> {
  const { entitlements } = payload;
  if (!entitlements) throw new Error('The event has no entitlements.');
  policyOf(entitlements);
  await keepEntitlements(rows, entitlements);
}
