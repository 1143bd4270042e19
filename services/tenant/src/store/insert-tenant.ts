import type { Rows } from '@tollgate/runtime/database';
import type { Tenant } from '../domain/tenant.ts';
import { tenantEvent } from '../events/tenant-events.ts';

/**
 * Inserts a tenant and tells that it was created. False, and nothing happened, when its slug, its
 * id or the user it is made for is taken: the other tenant cannot be seen from here, only felt.
 * Runs in the context of the new tenant.
 */
export async function insertTenant(
  rows: Rows,
  tenant: Tenant,
  options: { provisionedForUser?: string } = {},
): Promise<boolean> {
  const inserted = await rows.sql(
    `insert into tenant.tenant
       (tenant_id, slug, tenant_name, status, platform, provisioned_for_user, create_time)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing
     returning tenant_id`,
    [
      tenant.tenantId,
      tenant.slug,
      tenant.tenantName,
      tenant.status,
      tenant.platform,
      options.provisionedForUser ?? null,
      tenant.createTime,
    ],
  );
  if (inserted.length === 0) return false;
  rows.emit(tenantEvent('created', tenant));
  return true;
}
