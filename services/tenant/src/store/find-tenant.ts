import { notFound, type Rows, type TenantId } from '@tollgate/runtime';
import type { Tenant } from '../domain/tenant.ts';
import { fromTenantRow, TenantRow } from './tenant-row.ts';

/** The tenant with this id. Throws NOT_FOUND. */
export async function findTenant(rows: Rows, tenantId: TenantId): Promise<Tenant> {
  const row = await rows.find(TenantRow, { tenantId });
  if (!row) throw notFound('tenant', tenantId);
  return fromTenantRow(row);
}
