import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { type Clock, type Database, handler, PLATFORM_TENANT_ID } from '@tollgate/runtime';
import { findTenant } from '../store/find-tenant.ts';
import { addMember } from '../store/member-store.ts';

/** Makes a user an operator. Repeated it changes nothing and answers the same. */
export function addOperator({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantInternalService.method.addOperator, ({ userId, email }, call) =>
    database.write({ tenantId: PLATFORM_TENANT_ID, requestId: call.requestId }, async (rows) => {
      const { tenantId, slug } = await findTenant(rows, PLATFORM_TENANT_ID);
      const role = 'platform_admin';
      const createTime = clock.now();
      await addMember(rows, { tenantId, userId, email: email.toLowerCase(), role, createTime });
      return { membership: { tenantId, slug, role } };
    }),
  );
}
