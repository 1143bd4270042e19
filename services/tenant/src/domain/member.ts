import { type TenantId } from '@tollgate/api';
import { type Role } from '@tollgate/api/words';

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

/** The role whose last holder must stay: a tenant's owner, the platform's operator. */
export function leadingRole(platform: boolean): Role {
  return platform ? 'platform_admin' : 'owner';
}

/** Whether a role may be held in this tenant: `platform_admin` only in the platform, and only it there. */
export function roleFits(role: Role, platform: boolean): boolean {
  return (role === 'platform_admin') === platform;
}

/** Whether a tenant would be left without a leader if this member lost its place or its role. */
export function isLastLeader(member: Member, leaderCount: number, platform: boolean): boolean {
  return member.role === leadingRole(platform) && leaderCount <= 1;
}
