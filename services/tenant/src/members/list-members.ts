import { isId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, pageOf, tenantOf } from '@tollgate/runtime/rpc';
import { readTenant } from '../tenants/tenant-scope.ts';
import { findTenant } from '../tenants/tenant-store.ts';
import { toProtoMember } from './member-proto.ts';
import { listMembers as listStored, type MemberPosition } from './member-store.ts';

/** The tenant's members, those who joined first first. */
export function listMembers({ database }: { database: Database }) {
  return handler(TenantService.method.listMembers, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const page = pageOf(input, positionOf);
    return readTenant({ database, call, tenantId }, async (rows) => {
      if (!(await findTenant(rows, tenantId))) throw notFound('tenant', tenantId);
      const found = await listStored(rows, { tenantId, after: page.from, limit: page.limit });
      const { entries, nextPageToken } = page.of(found, ({ createTime, userId }) => ({
        since: createTime.toString(),
        userId,
      }));
      return { members: entries.map(toProtoMember), nextPageToken };
    });
  });
}

function positionOf(value: unknown): MemberPosition | undefined {
  const { since, userId } = (value ?? {}) as { since?: unknown; userId?: unknown };
  if (typeof since !== 'string' || !isId('usr', userId)) return undefined;
  // Temporal knows years that Postgres does not.
  if (!/^[1-9]\d{3}-/.test(since)) return undefined;
  try {
    return { since: Temporal.Instant.from(since), userId };
  } catch {
    return undefined;
  }
}
