import type { TenantId } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Role } from '@tollgate/api/words';
import type { Database, Rows } from '@tollgate/runtime/database';
import { invalidInput, notFound } from '@tollgate/runtime/errors';
import { type Call, handler, tenantOf } from '@tollgate/runtime/rpc';
import { mayGrant } from '../domain/grant.ts';
import { isLastLeader, roleFits } from '../domain/member.ts';
import { lastOwner, roleNotHeld } from '../errors.ts';
import { memberEvent } from '../events/tenant-events.ts';
import { findTenant } from '../store/find-tenant.ts';
import { fromMemberRow, MemberRow } from '../store/member-row.ts';
import { countLeaders } from '../store/member-store.ts';
import { writeTenant } from '../store/tenant-scope.ts';
import { toProtoMember } from './to-proto-member.ts';

/** Gives a member another role. The present role given again changes nothing and tells nobody. */
export function updateMember({ database }: { database: Database }) {
  return handler(TenantService.method.updateMember, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    const { userId, role } = input;
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const member = await changeRole(rows, { call, tenantId, userId, role });
      return { member: toProtoMember(fromMemberRow(member)) };
    });
  });
}

async function changeRole(
  rows: Rows,
  change: { call: Call; tenantId: TenantId; userId: string; role: Role },
): Promise<MemberRow> {
  const { call, tenantId, userId, role } = change;
  const tenant = await findTenant(rows, tenantId);
  if (!roleFits(role, tenant.platform)) throw roleUnfit();
  const leaderCount = await countLeaders(rows, tenant);
  const row = await rows.find(MemberRow, { tenantId, userId }, { lock: 'update' });
  if (!row) throw notFound('member', userId);
  const before = fromMemberRow(row);
  if (before.role === role) return row;
  for (const touched of [before.role, role]) {
    if (!mayGrant(call.principal, touched)) throw roleNotHeld(touched);
  }
  if (isLastLeader(before, leaderCount, tenant.platform)) throw lastOwner(userId);
  row.role = role;
  rows.emit(memberEvent('changed', fromMemberRow(row)));
  return row;
}

function roleUnfit() {
  return invalidInput([{ field: 'role', description: 'is no role that this tenant has' }]);
}
