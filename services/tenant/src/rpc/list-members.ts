import { isId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf, tenantOf } from '@tollgate/runtime/rpc';
import { findTenant } from '../store/find-tenant.ts';
import { fromMemberRow, MemberRow } from '../store/member-row.ts';
import { readTenant } from '../store/tenant-scope.ts';
import { toProtoMember } from './to-proto-member.ts';

/** The tenant's members, those who joined first first. */
export function listMembers({ database }: { database: Database }) {
  return handler(TenantService.method.listMembers, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const page = pageOf(input, positionOf);
    return readTenant({ database, call, tenantId }, async (rows) => {
      await findTenant(rows, tenantId);
      const found = await rows.findAll(
        MemberRow,
        { tenantId, ...(page.after ? { $or: laterThan(page.after) } : {}) },
        { orderBy: [{ createTime: 'asc' }, { userId: 'asc' }], limit: page.limit },
      );
      const { entries, nextPageToken } = page.of(found, ({ createTime, userId }) => ({
        since: createTime.toString(),
        userId,
      }));
      return { members: entries.map((row) => toProtoMember(fromMemberRow(row))), nextPageToken };
    });
  });
}

interface Position {
  readonly since: Temporal.Instant;
  readonly userId: string;
}

function laterThan({ since, userId }: Position) {
  return [{ createTime: { $gt: since } }, { createTime: since, userId: { $gt: userId } }];
}

function positionOf(value: unknown): Position | undefined {
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
