import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { leadingRole, type Member, type Membership } from './domain/member.ts';
import { MemberRow } from './member-row.ts';

/** Whose place in which tenant. */
export type MemberKey = Pick<Member, 'tenantId' | 'userId'>;

/** Tenants one user may belong to and still log in with a short answer. */
const membershipsMax = 1_000;

/** The member, undefined for a user who is none; locked, it stays as it is for others. */
export async function findMember(
  rows: Rows,
  key: MemberKey,
  options: { lock?: 'update' } = {},
): Promise<Member | undefined> {
  const row = await rows.find(MemberRow, keyOf(key), options);
  return row ? fromRow(row) : undefined;
}

/** Where a page of members ended: those who joined first come first. */
export interface MemberPosition {
  readonly since: Temporal.Instant;
  readonly userId: string;
}

/** The tenant's members after this position, those who joined first first. */
export async function listMembers(
  rows: Rows,
  list: { tenantId: TenantId; after: MemberPosition | undefined; limit: number },
): Promise<Member[]> {
  const { tenantId, after, limit } = list;
  const found = await rows.findAll(
    MemberRow,
    { tenantId, ...(after ? { $or: laterThan(after) } : {}) },
    { orderBy: [{ createTime: 'asc' }, { userId: 'asc' }], limit },
  );
  return found.map(fromRow);
}

/** The tenants a user belongs to, oldest membership first. Runs as the system. */
export function listMemberships(rows: Rows, userId: string): Promise<Membership[]> {
  return rows.sql<Membership>(
    `select m.tenant_id as "tenantId", t.slug, m.role
     from tenant.member m join tenant.tenant t using (tenant_id)
     where m.user_id = $1
     order by m.create_time, m.tenant_id
     limit ${membershipsMax}`,
    [userId],
  );
}

/**
 * How many members lead the tenant. Their rows stay locked until the transaction ends, so that two
 * leaders who leave at the same moment see each other.
 */
export async function countLeaders(
  rows: Rows,
  tenant: { tenantId: TenantId; platform: boolean },
): Promise<number> {
  const leaders = await rows.sql(
    `select user_id from tenant.member
     where tenant_id = $1 and role = $2 order by user_id for update`,
    [tenant.tenantId, leadingRole(tenant.platform)],
  );
  return leaders.length;
}

/** Inserts a member. False, and nothing happened, when the user is a member already. */
export async function insertMember(rows: Rows, member: Member): Promise<boolean> {
  const inserted = await rows.sql(
    `insert into tenant.member (tenant_id, user_id, email, role, create_time)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing
     returning user_id`,
    [member.tenantId, member.userId, member.email, member.role, member.createTime],
  );
  return inserted.length > 0;
}

/** Writes what of a member that this transaction has locked may change: its role. */
export async function updateMember(rows: Rows, after: Member): Promise<void> {
  const row = await lockedRow(rows, after);
  row.role = after.role;
}

/** Deletes a member that this transaction has locked. */
export async function deleteMember(rows: Rows, member: Member): Promise<void> {
  rows.remove(await lockedRow(rows, member));
}

async function lockedRow(rows: Rows, member: Member): Promise<MemberRow> {
  const { tenantId, userId } = member;
  const row = await rows.find(MemberRow, { tenantId, userId });
  if (!row) throw new Error(`member ${userId} of ${tenantId} is not there to be written`);
  return row;
}

function keyOf({ tenantId, userId }: MemberKey): MemberKey {
  return { tenantId, userId };
}

function laterThan({ since, userId }: MemberPosition) {
  return [{ createTime: { $gt: since } }, { createTime: since, userId: { $gt: userId } }];
}

function fromRow(row: MemberRow): Member {
  return {
    tenantId: row.tenantId,
    userId: row.userId,
    email: row.email,
    role: row.role,
    createTime: row.createTime,
  };
}
