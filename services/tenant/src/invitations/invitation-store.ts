import type { Rows } from '@tollgate/runtime/database';
import type { Invitation } from './domain/invitation.ts';
import { InvitationRow } from './invitation-row.ts';

/** The invitation whose token has this hash; locked, it is used by one transaction at a time. */
export async function findInvitation(
  rows: Rows,
  tokenHash: string,
  options: { lock?: 'update' } = {},
): Promise<Invitation | undefined> {
  const row = await rows.find(InvitationRow, { tokenHash }, options);
  return row ? fromRow(row) : undefined;
}

/** Inserts an open invitation, to be found by the hash of its token. */
export function insertInvitation(
  rows: Rows,
  { invitation, tokenHash }: { invitation: Invitation; tokenHash: string },
): void {
  rows.insert(InvitationRow, { ...invitation, tokenHash });
}

/** Writes what of an invitation that this transaction has locked may change: who used it, when. */
export async function updateInvitation(rows: Rows, after: Invitation): Promise<void> {
  const { invitationId, acceptedBy, acceptTime } = after;
  const row = await rows.find(InvitationRow, { invitationId });
  if (!row) throw new Error(`invitation ${invitationId} is not there to be written`);
  row.acceptedBy = acceptedBy ?? null;
  row.acceptTime = acceptTime ?? null;
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
    ...(row.acceptTime ? { acceptTime: row.acceptTime } : {}),
  };
}
