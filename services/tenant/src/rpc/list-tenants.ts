import { isId, type TenantId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pages } from '@tollgate/runtime/rpc';
import { fromTenantRow, TenantRow } from '../store/tenant-row.ts';
import { pageSizeOf } from './page-size.ts';
import { toProtoTenant } from './to-proto-tenant.ts';

/** All tenants, oldest first: ids sort by the time of their making, the platform's before all. */
export function listTenants({ database }: { database: Database }) {
  return handler(TenantService.method.listTenants, (input) =>
    database.system(async (rows) => {
      const size = pageSizeOf(input.pageSize);
      const from = pages.decode(input.pageToken, positionOf);
      const found = await rows.findAll(TenantRow, from ? { tenantId: { $gt: from.after } } : {}, {
        orderBy: { tenantId: 'asc' },
        limit: size + 1,
      });
      const page = found.slice(0, size).map(fromTenantRow);
      const after = found.length > size ? page.at(-1)?.tenantId : undefined;
      return {
        tenants: page.map(toProtoTenant),
        nextPageToken: after ? pages.encode({ after }) : '',
      };
    }),
  );
}

function positionOf(value: unknown): { after: TenantId } | undefined {
  const { after } = (value ?? {}) as { after?: unknown };
  return isId('ten', after) ? { after } : undefined;
}
