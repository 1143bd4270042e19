import { createHash } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';

/** How long an invitation is good, in days of 24 hours. */
const invitationDays = 7;

/** Bytes of randomness in an invitation token: it is guessed by nobody. */
const invitationTokenBytes = 32;

/** An open or used invitation; the token itself is never stored. */
export interface Invitation {
  /** `ivt_…` */
  readonly invitationId: string;
  readonly tenantId: TenantId;
  /** Lower case; only a user with this address may use it. */
  readonly email: string;
  readonly role: Role;
  readonly createTime: Temporal.Instant;
  readonly expireTime: Temporal.Instant;
  /** `usr_…` of the user who used it; absent while it is open. */
  readonly acceptedBy?: string;
  /** When it was used; absent while it is open. */
  readonly acceptTime?: Temporal.Instant;
}

/** An open invitation of this address, good for seven days from its making. */
export function newInvitation(
  made: Pick<Invitation, 'invitationId' | 'tenantId' | 'email' | 'role' | 'createTime'>,
): Invitation {
  const expireTime = made.createTime.add({ hours: invitationDays * 24 });
  return { ...made, email: made.email.toLowerCase(), expireTime };
}

/** An invitation token, from random bytes: `tgi_` and 43 base64url characters. */
export function invitationToken(randomBytes: (length: number) => Uint8Array): string {
  return `tgi_${Buffer.from(randomBytes(invitationTokenBytes)).toString('base64url')}`;
}

/** What is stored of a token: SHA-256, hex. Enough because the token is random, not chosen. */
export function invitationTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The invitation as its user leaves it: used up, once and for all. */
export function accepted(
  invitation: Invitation,
  by: { userId: string; at: Temporal.Instant },
): Invitation {
  return { ...invitation, acceptedBy: by.userId, acceptTime: by.at };
}

/** Whether this user may use the invitation now. The user who used it may repeat that for ever. */
export function mayAccept(
  invitation: Invitation,
  by: { userId: string; email: string; at: Temporal.Instant },
): boolean {
  if (invitation.email !== by.email) return false;
  if (invitation.acceptedBy !== undefined) return invitation.acceptedBy === by.userId;
  return Temporal.Instant.compare(by.at, invitation.expireTime) < 0;
}
