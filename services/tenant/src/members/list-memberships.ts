import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import { listMemberships as listStored } from './member-store.ts';

/** The tenants a user belongs to, oldest membership first. */
export function listMemberships({ database }: { database: Database }) {
  return handler(TenantInternalService.method.listMemberships, ({ userId }) =>
    // As the system: the question is about all tenants.
    database.system(async (rows) => ({ memberships: await listStored(rows, userId) })),
  );
}
