import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Role } from '@tollgate/api/words';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';

/** Tenants one user may belong to and still log in with a short answer. */
const membershipsMax = 1_000;

/** The tenants a user belongs to, oldest membership first. */
export function listMemberships({ database }: { database: Database }) {
  return handler(TenantInternalService.method.listMemberships, ({ userId }) =>
    // As the system: the question is about all tenants.
    database.system(async (rows) => {
      const found = await rows.sql<{ tenant_id: string; slug: string; role: Role }>(
        `select m.tenant_id, t.slug, m.role
         from tenant.member m join tenant.tenant t using (tenant_id)
         where m.user_id = $1
         order by m.create_time, m.tenant_id
         limit ${membershipsMax}`,
        [userId],
      );
      return {
        memberships: found.map((row) => ({
          tenantId: row.tenant_id,
          slug: row.slug,
          role: row.role,
        })),
      };
    }),
  );
}
