import type { Rows } from '@tollgate/runtime/database';
import type { Invitation } from './domain/invitation.ts';
import { InvitationRow } from './invitation-row.ts';

/** The invitation whose token has this hash, for its use by one transaction at a time. */
export async function lockInvitation(
  rows: Rows,
  tokenHash: string,
): Promise<Invitation | undefined> {
  const row = await rows.find(InvitationRow, { tokenHash }, { lock: 'update' });
  return row ? fromRow(row) : undefined;
}

/** Inserts an open invitation, to be found by the hash of its token. */
export function insertInvitation(
  rows: Rows,
  { invitation, tokenHash }: { invitation: Invitation; tokenHash: string },
): void {
  rows.insert(InvitationRow, { ...invitation, tokenHash });
}

/** Writes down who used an invitation, and when. */
export async function markAccepted(
  rows: Rows,
  accepted: { invitationId: string; acceptedBy: string; acceptTime: Temporal.Instant },
): Promise<void> {
  const { invitationId, acceptedBy, acceptTime } = accepted;
  const row = await rows.find(InvitationRow, { invitationId });
  if (row) Object.assign(row, { acceptedBy, acceptTime });
}

function fromRow(row: InvitationRow): Invitation {
  return {
    invitationId: row.invitationId,
    tenantId: row.tenantId,
    email: row.email,
    role: row.role,
    createTime: row.createTime,
    expireTime: row.expireTime,
    ...(row.acceptedBy ? { acceptedBy: row.acceptedBy } : {}),
  };
}
