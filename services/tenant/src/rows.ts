import { InvitationRow } from './invitations/invitation-row.ts';
import { MemberRow } from './members/member-row.ts';
import { TenantRow } from './tenants/tenant-row.ts';

/** Every table that is read and written as rows. */
export const rows = [TenantRow, MemberRow, InvitationRow];
