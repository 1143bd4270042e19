import { tenantCreated } from '@tollgate/api/events';
import type { Rows } from '@tollgate/runtime/database';
import type { Tenant } from './domain/tenant.ts';
import { tenantEvent } from './tenant-event.ts';
import { insertTenant } from './tenant-store.ts';

/**
 * Adds a tenant and tells so. False, and nothing happened, when its slug, its id or the user it is
 * made for is taken. Runs in the context of the new tenant.
 */
export async function addTenant(
  rows: Rows,
  tenant: Tenant,
  options: { provisionedForUser?: string } = {},
): Promise<boolean> {
  if (!(await insertTenant(rows, tenant, options))) return false;
  rows.emit(tenantEvent(tenantCreated, tenant));
  return true;
}
