import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, idPosition, pageOf } from '@tollgate/runtime/rpc';
import { toProtoTenant } from './tenant-proto.ts';
import { listTenants as listStored } from './tenant-store.ts';

/** All tenants, oldest first: the platform's before all. */
export function listTenants({ database }: { database: Database }) {
  return handler(TenantService.method.listTenants, (input) =>
    database.system(async (rows) => {
      const page = pageOf(input, idPosition('ten'));
      const found = await listStored(rows, { after: page.from?.id, limit: page.limit });
      const { entries, nextPageToken } = page.of(found, ({ tenantId }) => ({ id: tenantId }));
      return { tenants: entries.map(toProtoTenant), nextPageToken };
    }),
  );
}
