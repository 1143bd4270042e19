import type { EventType } from '@tollgate/api';
import type { TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { Tenant } from './domain/tenant.ts';
import { toProtoTenant } from './tenant-proto.ts';

/** What is told of a tenant that is new (`tenantCreated`) or changed: the tenant in full. */
export function tenantEvent(
  type: EventType<typeof TenantChangedSchema>,
  tenant: Tenant,
): OutgoingEvent<typeof TenantChangedSchema> {
  return {
    type,
    tenantId: tenant.tenantId,
    entityId: tenant.tenantId,
    payload: { tenant: toProtoTenant(tenant) },
  };
}
