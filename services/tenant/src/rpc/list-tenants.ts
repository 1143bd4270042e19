import { isId, type TenantId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf } from '@tollgate/runtime/rpc';
import { fromTenantRow, TenantRow } from '../store/tenant-row.ts';
import { toProtoTenant } from './to-proto-tenant.ts';

/** All tenants, oldest first: ids sort by the time of their making, the platform's before all. */
export function listTenants({ database }: { database: Database }) {
  return handler(TenantService.method.listTenants, (input) =>
    database.system(async (rows) => {
      const page = pageOf(input, positionOf);
      const where = page.after ? { tenantId: { $gt: page.after.after } } : {};
      const options = { orderBy: { tenantId: 'asc' }, limit: page.limit } as const;
      const found = await rows.findAll(TenantRow, where, options);
      const { entries, nextPageToken } = page.of(found, ({ tenantId }) => ({ after: tenantId }));
      return { tenants: entries.map((row) => toProtoTenant(fromTenantRow(row))), nextPageToken };
    }),
  );
}

function positionOf(value: unknown): { after: TenantId } | undefined {
  const { after } = (value ?? {}) as { after?: unknown };
  return isId('ten', after) ? { after } : undefined;
}
