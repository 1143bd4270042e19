import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';

/** A user's place in a tenant. */
export interface Member {
  readonly tenantId: TenantId;
  /** `usr_…` */
  readonly userId: string;
  /** Lower case. */
  readonly email: string;
  readonly role: Role;
  readonly createTime: Temporal.Instant;
}

/** A tenant that a user belongs to, as the user's log-in needs it. */
export interface Membership {
  readonly tenantId: TenantId;
  readonly slug: string;
  readonly role: Role;
}

/** The role whose last holder must stay: a tenant's owner, the platform's operator. */
export function leadingRole(platform: boolean): Role {
  return platform ? 'platform_admin' : 'owner';
}

/** Whether a role may be held in this tenant: `platform_admin` only in the platform, and only it there. */
export function roleFits(role: Role, platform: boolean): boolean {
  return (role === 'platform_admin') === platform;
}
