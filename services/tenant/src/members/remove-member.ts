import { memberRemoved } from '@tollgate/api/events';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { writeTenant } from '../tenants/tenant-scope.ts';
import { findTenant } from '../tenants/tenant-store.ts';
import { checkRemoval } from './domain/change-member.ts';
import { memberEvent } from './member-event.ts';
import { countLeaders, deleteMember, findMember } from './member-store.ts';

/** Removes a member. Its sessions in this tenant end as soon as Auth hears of it, in about a second. */
export function removeMember({ database }: { database: Database }) {
  return handler(TenantService.method.removeMember, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const { userId } = input;
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const tenant = await findTenant(rows, tenantId);
      if (!tenant) throw notFound('tenant', tenantId);
      const leaderCount = await countLeaders(rows, tenant);
      const member = await findMember(rows, { tenantId, userId }, { lock: 'update' });
      if (!member) throw notFound('member', userId);
      checkRemoval(member, { caller: call.principal, leaderCount, platform: tenant.platform });
      await deleteMember(rows, member);
      rows.emit(memberEvent(memberRemoved, member));
      return {};
    });
  });
}
