import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { slugCandidates } from '../domain/slug.ts';
import type { Tenant } from '../domain/tenant.ts';
import { tenantSlugTaken } from '../errors.ts';
import { insertInvitation } from '../store/insert-invitation.ts';
import { insertTenant } from '../store/insert-tenant.ts';
import { randomSuffix } from '../store/random-suffix.ts';
import { toProtoTenant } from './to-proto-tenant.ts';

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
        const at = clock.now();
        const tenant = await insertWithFreeSlug(rows, input, at);
        const invitation = insertInvitation(rows, {
          tenantId: tenant.tenantId,
          email: input.adminEmail,
          role: 'owner',
          at,
        });
        return {
          tenantId: tenant.tenantId,
          adminToken: invitation.token,
          tenant: toProtoTenant(tenant),
        };
      },
      { as: 'system' },
    ),
  );
}

async function insertWithFreeSlug(
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
    if (await insertTenant(rows, tenant)) return tenant;
  }
  throw tenantSlugTaken(wanted.slug);
}
