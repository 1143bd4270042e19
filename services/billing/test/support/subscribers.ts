import type { TenantId } from '@tollgate/api';
import { entitlementsChanged, subscriptionChanged, tenantCreated } from '@tollgate/api/events';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type {
  EntitlementsChangedSchema,
  SubscriptionChangedSchema,
} from '@tollgate/api/tollgate/billing/v1/events';
import { newId } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import { eventually, type TestPlace, type TestService, user } from '@tollgate/testkit';

/** A new tenant that has its first subscription. */
export async function subscribedTenant(billing: TestService): Promise<TenantId> {
  const tenantId = newId('ten');
  await publishTenantCreated(billing.place, tenantId);
  const client = billing.client(BillingService, user(tenantId));
  await eventually({ withinMs: 5_000 }, async () => {
    const { subscriptions } = await client.listSubscriptions({});
    return subscriptions.length === 1;
  });
  return tenantId;
}

/** Publishes what Tenant publishes for a new tenant. Both ids are new by default. */
export async function publishTenantCreated(
  place: TestPlace,
  tenantId: TenantId,
  ids: { readonly id?: string; readonly messageId?: string } = {},
): Promise<void> {
  const names = { slug: 'sample', tenantName: 'Sample organisation' };
  const payload = { tenant: { tenantId, ...names, status: 'active' as const } };
  await place.publishAs(tenantCreated, { ...ids, tenantId, payload });
}

/** What Billing has announced to everybody since the start of listening, oldest first. */
export interface Announcements {
  readonly subscriptions: readonly EventOf<typeof SubscriptionChangedSchema>[];
  readonly entitlements: readonly EventOf<typeof EntitlementsChangedSchema>[];
}

/** Listens to Billing's events from now on, as any other service would. */
export async function listen(place: TestPlace): Promise<Announcements> {
  return {
    subscriptions: await place.hear(subscriptionChanged),
    entitlements: await place.hear(entitlementsChanged),
  };
}

/** Those about one tenant. */
export function about<E extends { readonly tenantId: TenantId }>(
  tenantId: TenantId,
  events: readonly E[],
): E[] {
  return events.filter((event) => event.tenantId === tenantId);
}
