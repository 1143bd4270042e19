import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { findTenant } from '../store/find-tenant.ts';
import { readTenant } from '../store/tenant-scope.ts';
import { toProtoTenant } from './to-proto-tenant.ts';

/** One tenant: the caller's own, or any for operators. */
export function getTenant({ database }: { database: Database }) {
  return handler(TenantService.method.getTenant, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    return readTenant({ database, call, tenantId }, async (rows) => ({
      tenant: toProtoTenant(await findTenant(rows, tenantId)),
    }));
  });
}
