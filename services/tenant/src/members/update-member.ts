import { memberChanged } from '@tollgate/api/events';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import { roleUnfit } from '../errors.ts';
import { writeTenant } from '../tenants/tenant-scope.ts';
import { findTenant } from '../tenants/tenant-store.ts';
import { withRole } from './domain/change-member.ts';
import { roleFits } from './domain/member.ts';
import { memberEvent } from './member-event.ts';
import { toProtoMember } from './member-proto.ts';
import { countLeaders, findMember, updateMember as updateStored } from './member-store.ts';

/** Gives a member another role. The present role given again changes nothing and tells nobody. */
export function updateMember({ database }: { database: Database }) {
  return handler(TenantService.method.updateMember, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const { userId, role } = input;
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const tenant = await findTenant(rows, tenantId);
      if (!tenant) throw notFound('tenant', tenantId);
      const { platform } = tenant;
      if (!roleFits(role, platform)) throw roleUnfit();
      const leaderCount = await countLeaders(rows, tenant);
      const before = await findMember(rows, { tenantId, userId }, { lock: 'update' });
      if (!before) throw notFound('member', userId);
      const member = withRole(before, role, { caller: call.principal, leaderCount, platform });
      if (member !== before) {
        await updateStored(rows, member);
        rows.emit(memberEvent(memberChanged, member));
      }
      return { member: toProtoMember(member) };
    });
  });
}
