import type { Rows } from '@tollgate/runtime/database';
import { leadingRole, type Member } from '../domain/member.ts';
import { memberEvent } from '../events/tenant-events.ts';

/** Adds a member and tells so. False, and nothing happened, when the user is a member already. */
export async function addMember(rows: Rows, member: Member): Promise<boolean> {
  const inserted = await rows.sql(
    `insert into tenant.member (tenant_id, user_id, email, role, create_time)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing
     returning user_id`,
    [member.tenantId, member.userId, member.email, member.role, member.createTime],
  );
  if (inserted.length === 0) return false;
  rows.emit(memberEvent('added', member));
  return true;
}

/**
 * How many members lead the tenant. Their rows stay locked until the transaction ends, so that two
 * leaders who leave at the same moment see each other.
 */
export async function countLeaders(
  rows: Rows,
  tenant: { tenantId: string; platform: boolean },
): Promise<number> {
  const leaders = await rows.sql(
    `select user_id from tenant.member
     where tenant_id = $1 and role = $2 order by user_id for update`,
    [tenant.tenantId, leadingRole(tenant.platform)],
  );
  return leaders.length;
}
