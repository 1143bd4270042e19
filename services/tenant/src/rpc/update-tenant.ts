import {
  TenantService,
  type UpdateTenantRequest,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput, notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { tenantEvent } from '../events/tenant-events.ts';
import { fromTenantRow, TenantRow } from '../store/tenant-row.ts';
import { writeTenant } from '../store/tenant-scope.ts';
import { toProtoTenant } from './to-proto-tenant.ts';

/** Changes the fields that the mask names. A change to what is there already tells nobody. */
export function updateTenant({ database }: { database: Database }) {
  return handler(TenantService.method.updateTenant, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const changes = changesOf(input);
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const row = await rows.find(TenantRow, { tenantId }, { lock: 'update' });
      if (!row) throw notFound('tenant', tenantId);
      if (changes.tenantName !== undefined && changes.tenantName !== row.tenantName) {
        row.tenantName = changes.tenantName;
        rows.emit(tenantEvent('changed', fromTenantRow(row)));
      }
      return { tenant: toProtoTenant(fromTenantRow(row)) };
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
