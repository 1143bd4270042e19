import type { TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import type { Clock } from '@tollgate/runtime/service';
import { subscribeTenant } from './subscribe-tenant.ts';

/**
 * Subscribes a new tenant to the first plan. A tenant that has a subscription keeps it, so that an
 * event which is published twice under two ids changes nothing.
 */
export function onTenantCreated({ clock }: { clock: Clock }) {
  return async (event: EventOf<typeof TenantChangedSchema>, rows: Rows): Promise<void> => {
    const changedBy = `event:${event.id}`;
    const cause = { changedBy, requestId: event.requestId, at: clock.now() };
    await subscribeTenant(rows, event.tenantId, cause);
  };
}
