import { type Principal, permissionsOfRole } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';

/** Who grants. Only users have a role. */
export interface Granter extends Pick<Principal, 'permissions'> {
  readonly role?: Role;
}

/**
 * Whether the caller may give this role to somebody or take it away: everything the role may do the
 * caller must be able to do, and the leading roles are handed on by their holders only.
 */
export function mayGrant(caller: Granter, role: Role): boolean {
  if (caller.role === 'platform_admin') return true;
  if (role === 'platform_admin') return false;
  if (role === 'owner') return caller.role === 'owner';
  return [...permissionsOfRole[role]].every((permission) => caller.permissions.has(permission));
}
