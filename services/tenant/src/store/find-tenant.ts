import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import type { Tenant } from '../domain/tenant.ts';
import { fromTenantRow, TenantRow } from './tenant-row.ts';

/** The tenant with this id. Throws NOT_FOUND. */
export async function findTenant(rows: Rows, tenantId: TenantId): Promise<Tenant> {
  const row = await rows.find(TenantRow, { tenantId });
  if (!row) throw notFound('tenant', tenantId);
  return fromTenantRow(row);
}
