import type { Role } from '@tollgate/api/words';
import { lastOwner, roleNotHeld } from '../../errors.ts';
import { type Granter, mayGrant } from './grant.ts';
import { leadingRole, type Member } from './member.ts';

/** What a change of a member is judged by. */
export interface Circumstances {
  readonly caller: Granter;
  /** How many members hold the leading role of the tenant, this one perhaps among them. */
  readonly leaderCount: number;
  /** Whether the tenant is the platform. */
  readonly platform: boolean;
}

/**
 * The member with another role; the same member where it has that role already.
 * Throws SCOPE_NOT_HELD when the caller may not grant the new role or take the old one, LAST_OWNER
 * when nobody would lead the tenant.
 */
export function withRole(member: Member, role: Role, circumstances: Circumstances): Member {
  if (member.role === role) return member;
  for (const touched of [member.role, role]) checkGrant(touched, circumstances);
  checkStays(member, circumstances);
  return { ...member, role };
}

/**
 * Throws where the member may not be removed: SCOPE_NOT_HELD when the caller may not take its role,
 * LAST_OWNER when nobody would lead the tenant.
 */
export function checkRemoval(member: Member, circumstances: Circumstances): void {
  checkGrant(member.role, circumstances);
  checkStays(member, circumstances);
}

function checkGrant(role: Role, { caller }: Circumstances): void {
  if (!mayGrant(caller, role)) throw roleNotHeld(role);
}

function checkStays({ role, userId }: Member, { leaderCount, platform }: Circumstances): void {
  if (role === leadingRole(platform) && leaderCount <= 1) throw lastOwner(userId);
}
