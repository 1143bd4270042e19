import type { TenantId } from '@tollgate/api';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { type Database, newId } from '@tollgate/runtime/database';
import { invalidInput } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { slugCandidates } from '../domain/slug.ts';
import type { Tenant } from '../domain/tenant.ts';
import { tenantSlugTaken } from '../errors.ts';
import { insertTenant } from '../store/insert-tenant.ts';
import { addMember } from '../store/member-store.ts';
import { randomSuffix } from '../store/random-suffix.ts';
import { TenantRow } from '../store/tenant-row.ts';

/**
 * Creates a tenant with its first owner. One user makes one tenant this way: repeated for the same
 * user, whatever else differs, it answers the tenant of the first time.
 */
export function provisionTenant({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantInternalService.method.provisionTenant, async (input, call) => {
    const { userId, email } = input;
    const wanted = { slug: input.slug, tenantName: input.tenantName || input.slug };
    if (wanted.tenantName === '') {
      throw invalidInput([{ field: 'tenant_name', description: 'or slug must be given' }]);
    }
    const made = await findProvisioned(database, userId);
    if (made) return { membership: { ...made, role: 'owner' } };
    for (const slug of slugCandidates(wanted, randomSuffix)) {
      const tenant: Tenant = {
        tenantId: newId('ten'),
        slug,
        tenantName: wanted.tenantName,
        status: 'active',
        createTime: clock.now(),
        platform: false,
      };
      const { tenantId } = tenant;
      const context = { tenantId, requestId: call.requestId };
      const inserted = await database.write(context, async (rows) => {
        if (!(await insertTenant(rows, tenant, { provisionedForUser: userId }))) return false;
        const owner = { userId, email: email.toLowerCase(), role: 'owner' } as const;
        return addMember(rows, { ...owner, tenantId, createTime: tenant.createTime });
      });
      if (inserted) return { membership: { tenantId, slug, role: 'owner' } };
      // Either the slug is taken, or the same sign-up runs twice and the other one was first.
      const other = await findProvisioned(database, userId);
      if (other) return { membership: { ...other, role: 'owner' } };
    }
    throw tenantSlugTaken(wanted.slug);
  });
}

async function findProvisioned(
  database: Database,
  userId: string,
): Promise<{ tenantId: TenantId; slug: string } | undefined> {
  // As the system: the tenant is not known before it is found.
  const row = await database.system((rows) => rows.find(TenantRow, { provisionedForUser: userId }));
  return row ? { tenantId: row.tenantId as TenantId, slug: row.slug } : undefined;
}
