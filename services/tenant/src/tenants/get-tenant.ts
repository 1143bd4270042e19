import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { toProtoTenant } from './tenant-proto.ts';
import { readTenant } from './tenant-scope.ts';
import { findTenant } from './tenant-store.ts';

/** One tenant: the caller's own, or any for operators. */
export function getTenant({ database }: { database: Database }) {
  return handler(TenantService.method.getTenant, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    return readTenant({ database, call, tenantId }, async (rows) => {
      const tenant = await findTenant(rows, tenantId);
      if (!tenant) throw notFound('tenant', tenantId);
      return { tenant: toProtoTenant(tenant) };
    });
  });
}
