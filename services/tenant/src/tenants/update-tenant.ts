import { tenantChanged } from '@tollgate/api/events';
import {
  TenantService,
  type UpdateTenantRequest,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput, notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { tenantEvent } from './tenant-event.ts';
import { toProtoTenant } from './tenant-proto.ts';
import { writeTenant } from './tenant-scope.ts';
import { findTenant, updateTenant as updateStored } from './tenant-store.ts';

/** Changes the fields that the mask names. A change to what is there already tells nobody. */
export function updateTenant({ database }: { database: Database }) {
  return handler(TenantService.method.updateTenant, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const changes = changesOf(input);
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const before = await findTenant(rows, tenantId, { lock: 'update' });
      if (!before) throw notFound('tenant', tenantId);
      const tenant = { ...before, ...changes };
      if (tenant.tenantName !== before.tenantName) {
        await updateStored(rows, tenant);
        rows.emit(tenantEvent(tenantChanged, tenant));
      }
      return { tenant: toProtoTenant(tenant) };
    });
  });
}

/** What the input wants changed. Throws INVALID_INPUT for other fields and for an empty name. */
function changesOf({ tenantName, updateMask }: UpdateTenantRequest): { tenantName?: string } {
  const paths = updateMask?.paths ?? (tenantName === '' ? [] : ['tenant_name']);
  const violations = paths
    .filter((path) => path !== 'tenant_name')
    .map((path) => ({ field: 'update_mask', description: `has no changeable field "${path}"` }));
  if (paths.includes('tenant_name') && tenantName === '') {
    violations.push({ field: 'tenant_name', description: 'must have 1 to 200 characters' });
  }
  if (violations.length > 0) throw invalidInput(violations);
  return paths.length > 0 ? { tenantName } : {};
}
