import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { type Database, newId } from '@tollgate/runtime/database';
import { invalidInput } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { tenantSlugTaken } from '../errors.ts';
import { addMember } from '../members/add-member.ts';
import type { Membership } from '../members/domain/member.ts';
import { addTenant } from '../tenants/add-tenant.ts';
import { newTenant, type Tenant } from '../tenants/domain/tenant.ts';
import { findProvisionedTenant } from '../tenants/tenant-store.ts';
import { slugCandidates } from './domain/slug.ts';

/**
 * Creates a tenant with its first owner. One user makes one tenant this way: repeated for the same
 * user, whatever else differs, it answers the tenant of the first time.
 */
export function provisionTenant(parts: {
  database: Database;
  clock: Clock;
  randomBytes: (length: number) => Uint8Array;
}) {
  const { database, clock, randomBytes } = parts;
  return handler(TenantInternalService.method.provisionTenant, async (input, call) => {
    const { userId, email } = input;
    const wanted = { slug: input.slug, tenantName: input.tenantName || input.slug };
    if (wanted.tenantName === '') {
      throw invalidInput([{ field: 'tenant_name', description: 'or slug must be given' }]);
    }
    const made = await findMade(database, userId);
    if (made) return { membership: ownershipOf(made) };
    for (const slug of slugCandidates(wanted, randomBytes)) {
      const [tenantId, createTime] = [newId('ten'), clock.now()];
      const tenant = newTenant({ tenantId, slug, tenantName: wanted.tenantName, createTime });
      const context = { tenantId, requestId: call.requestId };
      const added = await database.write(context, async (rows) => {
        if (!(await addTenant(rows, tenant, { provisionedForUser: userId }))) return false;
        const owner = { userId, email: email.toLowerCase(), role: 'owner' } as const;
        return addMember(rows, { ...owner, tenantId, createTime });
      });
      if (added) return { membership: ownershipOf(tenant) };
      // Either the slug is taken, or the same sign-up runs twice and the other one was first.
      const other = await findMade(database, userId);
      if (other) return { membership: ownershipOf(other) };
    }
    throw tenantSlugTaken(wanted.slug);
  });
}

function findMade(database: Database, userId: string): Promise<Tenant | undefined> {
  // As the system: the tenant is not known before it is found.
  return database.system((rows) => findProvisionedTenant(rows, userId));
}

function ownershipOf({ tenantId, slug }: Tenant): Membership {
  return { tenantId, slug, role: 'owner' };
}
