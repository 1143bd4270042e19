import { PLATFORM_TENANT_ID } from '@tollgate/api';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { findTenant } from '../tenants/tenant-store.ts';
import { addMember } from './add-member.ts';

/** Makes a user an operator. Repeated it changes nothing and answers the same. */
export function addOperator({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantInternalService.method.addOperator, ({ userId, email }, call) =>
    database.write({ tenantId: PLATFORM_TENANT_ID, requestId: call.requestId }, async (rows) => {
      const platform = await findTenant(rows, PLATFORM_TENANT_ID);
      // Made at the first start, before anything is served.
      if (!platform) throw new Error('there is no platform tenant');
      const { tenantId, slug } = platform;
      const role = 'platform_admin';
      const createTime = clock.now();
      await addMember(rows, { tenantId, userId, email: email.toLowerCase(), role, createTime });
      return { membership: { tenantId, slug, role } };
    }),
  );
}
