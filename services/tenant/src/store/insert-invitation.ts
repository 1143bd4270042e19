import { randomBytes } from 'node:crypto';
import { type TenantId } from '@tollgate/api';
import { type Role } from '@tollgate/api/words';
import { newId, type Rows } from '@tollgate/runtime/database';
import { invitationDays, invitationToken, invitationTokenHash } from '../domain/invitation.ts';
import { InvitationRow } from './invitation-row.ts';

/** Hours in a day of UTC, in which invitations are measured. */
const hoursInDay = 24;

/** Invites an address to a tenant. Answers the token, which exists nowhere else from here on. */
export function insertInvitation(
  rows: Rows,
  invitation: { tenantId: TenantId; email: string; role: Role; at: Temporal.Instant },
): { invitationId: string; token: string; expireTime: Temporal.Instant } {
  const { tenantId, email, role, at } = invitation;
  const invitationId = newId('ivt');
  const token = invitationToken(randomBytes);
  const expireTime = at.add({ hours: invitationDays * hoursInDay });
  rows.insert(InvitationRow, {
    invitationId,
    tenantId,
    email: email.toLowerCase(),
    role,
    tokenHash: invitationTokenHash(token),
    createTime: at,
    expireTime,
  });
  return { invitationId, token, expireTime };
}
