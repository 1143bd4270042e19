import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { mayGrant } from '../domain/grant.ts';
import { isLastLeader } from '../domain/member.ts';
import { lastOwner, roleNotHeld } from '../errors.ts';
import { memberEvent } from '../events/tenant-events.ts';
import { findTenant } from '../store/find-tenant.ts';
import { fromMemberRow, MemberRow } from '../store/member-row.ts';
import { countLeaders } from '../store/member-store.ts';
import { writeTenant } from '../store/tenant-scope.ts';

/** Removes a member. Its sessions in this tenant end as soon as Auth hears of it, in about a second. */
export function removeMember({ database }: { database: Database }) {
  return handler(TenantService.method.removeMember, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const { userId } = input;
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const tenant = await findTenant(rows, tenantId);
      const leaderCount = await countLeaders(rows, tenant);
      const row = await rows.find(MemberRow, { tenantId, userId }, { lock: 'update' });
      if (!row) throw notFound('member', userId);
      const member = fromMemberRow(row);
      if (!mayGrant(call.principal, member.role)) throw roleNotHeld(member.role);
      if (isLastLeader(member, leaderCount, tenant.platform)) throw lastOwner(userId);
      rows.remove(row);
      rows.emit(memberEvent('removed', member));
      return {};
    });
  });
}
