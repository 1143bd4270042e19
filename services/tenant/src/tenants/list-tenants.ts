import { isId, type TenantId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf } from '@tollgate/runtime/rpc';
import { toProtoTenant } from './tenant-proto.ts';
import { listTenants as listStored } from './tenant-store.ts';

/** All tenants, oldest first: the platform's before all. */
export function listTenants({ database }: { database: Database }) {
  return handler(TenantService.method.listTenants, (input) =>
    database.system(async (rows) => {
      const page = pageOf(input, positionOf);
      const found = await listStored(rows, page);
      const { entries, nextPageToken } = page.of(found, ({ tenantId }) => ({ after: tenantId }));
      return { tenants: entries.map(toProtoTenant), nextPageToken };
    }),
  );
}

function positionOf(value: unknown): TenantId | undefined {
  const { after } = (value ?? {}) as { after?: unknown };
  return isId('ten', after) ? after : undefined;
}
