import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import type { Tenant } from './domain/tenant.ts';
import { TenantRow } from './tenant-row.ts';

/** The tenant with this id; locked, it stays as it is for others. */
export async function findTenant(
  rows: Rows,
  tenantId: TenantId,
  options: { lock?: 'update' } = {},
): Promise<Tenant | undefined> {
  const row = await rows.find(TenantRow, { tenantId }, options);
  return row ? fromRow(row) : undefined;
}

/** The tenant that was made for this user's sign-up. */
export async function findProvisionedTenant(
  rows: Rows,
  userId: string,
): Promise<Tenant | undefined> {
  const row = await rows.find(TenantRow, { provisionedForUser: userId });
  return row ? fromRow(row) : undefined;
}

/** Tenants after this id, oldest first: ids sort by the time of their making. */
export async function listTenants(
  rows: Rows,
  { after, limit }: { after: TenantId | undefined; limit: number },
): Promise<Tenant[]> {
  const where = after ? { tenantId: { $gt: after } } : {};
  const found = await rows.findAll(TenantRow, where, { orderBy: { tenantId: 'asc' }, limit });
  return found.map(fromRow);
}

/**
 * Inserts a tenant. False, and nothing happened, when its slug, its id or the user it is made for
 * is taken: the other tenant cannot be seen from here, only felt. Runs in the context of the new
 * tenant.
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
  return inserted.length > 0;
}

/** Writes what of a tenant that this transaction has locked may change: its name. */
export async function updateTenant(rows: Rows, after: Tenant): Promise<void> {
  const { tenantId, tenantName } = after;
  const row = await rows.find(TenantRow, { tenantId });
  if (!row) throw new Error(`tenant ${tenantId} is not there to be written`);
  row.tenantName = tenantName;
}

function fromRow(row: TenantRow): Tenant {
  return {
    tenantId: row.tenantId,
    slug: row.slug,
    tenantName: row.tenantName,
    status: row.status,
    createTime: row.createTime,
    platform: row.platform,
  };
}
