import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { TenantId } from '@tollgate/api';
import { entitlementsChanged, subscriptionChanged } from '@tollgate/api/events';
import type {
  EntitlementsChangedSchema,
  SubscriptionChangedSchema,
} from '@tollgate/api/tollgate/billing/v1/events';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import { TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import { newId } from '@tollgate/runtime/database';
import type { EventBus, EventOf } from '@tollgate/runtime/events';

/** Publishes what Tenant publishes for a new tenant. `id` and `messageId` are new by default. */
export async function publishTenantCreated(
  bus: EventBus,
  tenantId: TenantId,
  { id = newId('evt'), messageId = id }: { id?: string; messageId?: string } = {},
): Promise<void> {
  const payload = create(TenantChangedSchema, {
    tenant: { tenantId, slug: 'sample', tenantName: 'Sample organisation', status: 'active' },
  });
  const envelope = create(EventSchema, {
    eventId: id,
    type: 'tenant.tenant.created',
    eventTime: timestampFromMs(0),
    tenantId,
    environment: 'live',
    entityId: tenantId,
    entityVersion: 1n,
    payload: anyPack(TenantChangedSchema, payload),
  });
  const bytes = toBinary(EventSchema, envelope);
  await bus.publish({ subject: 'tenant.tenant.created', id: messageId, envelope: bytes });
}

/** What Billing has announced to everybody since the start of listening, oldest first. */
export interface Announcements {
  readonly subscriptions: EventOf<typeof SubscriptionChangedSchema>[];
  readonly entitlements: EventOf<typeof EntitlementsChangedSchema>[];
}

/** Listens to Billing's events from now on, as any other service would. */
export async function listen(bus: EventBus): Promise<Announcements> {
  const heard: Announcements = { subscriptions: [], entitlements: [] };
  await bus.follow({
    events: [subscriptionChanged],
    on: (event) => void heard.subscriptions.push(event),
    onGap: () => undefined,
  });
  await bus.follow({
    events: [entitlementsChanged],
    on: (event) => void heard.entitlements.push(event),
    onGap: () => undefined,
  });
  return heard;
}

/** Those about one tenant. */
export function about<E extends { readonly tenantId: TenantId }>(
  tenantId: TenantId,
  events: readonly E[],
): E[] {
  return events.filter((event) => event.tenantId === tenantId);
}
