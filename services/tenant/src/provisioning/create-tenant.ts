import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { tenantSlugTaken } from '../errors.ts';
import { invite } from '../invitations/invite.ts';
import { addTenant } from '../tenants/add-tenant.ts';
import type { Tenant } from '../tenants/domain/tenant.ts';
import { toProtoTenant } from '../tenants/tenant-proto.ts';
import { slugCandidates } from './domain/slug.ts';
import { randomSuffix } from './random-suffix.ts';

/**
 * Creates a tenant on behalf of somebody else. Its owner joins by the one-time token of the answer;
 * until then the tenant has no member.
 */
export function createTenant({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantService.method.createTenant, (input, call) =>
    // As the system: the rows belong to a tenant that is not the operator's own.
    database.write(
      call,
      async (rows) => {
        const createTime = clock.now();
        const tenant = await addWithFreeSlug(rows, input, createTime);
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
  wanted: { tenantName: string; slug: string },
  createTime: Temporal.Instant,
): Promise<Tenant> {
  for (const slug of slugCandidates(wanted, randomSuffix)) {
    const tenant: Tenant = {
      tenantId: newId('ten'),
      slug,
      tenantName: wanted.tenantName,
      status: 'active',
      createTime,
      platform: false,
    };
    if (await addTenant(rows, tenant)) return tenant;
  }
  throw tenantSlugTaken(wanted.slug);
}
