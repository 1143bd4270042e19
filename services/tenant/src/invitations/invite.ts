import { randomBytes } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { newId, type Rows } from '@tollgate/runtime/database';
import {
  type Invitation,
  invitationToken,
  invitationTokenHash,
  newInvitation,
} from './domain/invitation.ts';
import { insertInvitation } from './invitation-store.ts';

/** Invites an address to a tenant. Answers the token, which exists nowhere else from here on. */
export function invite(
  rows: Rows,
  invited: { tenantId: TenantId; email: string; role: Role; createTime: Temporal.Instant },
): { invitation: Invitation; token: string } {
  const invitation = newInvitation({ invitationId: newId('ivt'), ...invited });
  const token = invitationToken(randomBytes);
  insertInvitation(rows, { invitation, tokenHash: invitationTokenHash(token) });
  return { invitation, token };
}
