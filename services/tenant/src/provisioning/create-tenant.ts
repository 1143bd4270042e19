import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { tenantSlugTaken } from '../errors.ts';
import { invite } from '../invitations/invite.ts';
import { addTenant } from '../tenants/add-tenant.ts';
import { newTenant, type Tenant } from '../tenants/domain/tenant.ts';
import { toProtoTenant } from '../tenants/tenant-proto.ts';
import { slugCandidates } from './domain/slug.ts';

/**
 * Creates a tenant on behalf of somebody else. Its owner joins by the one-time token of the answer;
 * until then the tenant has no member.
 */
export function createTenant(parts: {
  database: Database;
  clock: Clock;
  randomBytes: (length: number) => Uint8Array;
}) {
  const { database, clock, randomBytes } = parts;
  return handler(TenantService.method.createTenant, (input, call) =>
    // As the system: the rows belong to a tenant that is not the operator's own.
    database.write(
      call,
      async (rows) => {
        const createTime = clock.now();
        const slugs = slugCandidates(input, randomBytes);
        const tenant = await addWithFreeSlug(rows, slugs, {
          tenantName: input.tenantName,
          createTime,
        });
        if (!tenant) throw tenantSlugTaken(input.slug);
        const { tenantId } = tenant;
        const { token } = invite(rows, {
          tenantId,
          email: input.adminEmail,
          role: 'owner',
          createTime,
        });
        return { tenantId, adminToken: token, tenant: toProtoTenant(tenant) };
      },
      { as: 'system' },
    ),
  );
}

async function addWithFreeSlug(
  rows: Rows,
  slugs: readonly string[],
  made: { tenantName: string; createTime: Temporal.Instant },
): Promise<Tenant | undefined> {
  for (const slug of slugs) {
    const tenant = newTenant({ tenantId: newId('ten'), slug, ...made });
    if (await addTenant(rows, tenant)) return tenant;
  }
  return undefined;
}
