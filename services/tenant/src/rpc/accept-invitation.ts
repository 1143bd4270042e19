import {
  type AcceptInvitationRequest,
  TenantInternalService,
} from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database, Rows } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { invitationTokenHash, mayAccept } from '../domain/invitation.ts';
import { invitationInvalid } from '../errors.ts';
import { findTenant } from '../store/find-tenant.ts';
import { fromInvitationRow, InvitationRow } from '../store/invitation-row.ts';
import { MemberRow } from '../store/member-row.ts';
import { addMember } from '../store/member-store.ts';

/**
 * Uses an invitation up and makes the user a member. Repeated for the same user it answers the same,
 * unless the user has been removed since.
 */
export function acceptInvitation({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantInternalService.method.acceptInvitation, (input) =>
    // As the system: the token alone says which tenant is meant.
    database.system(async (rows) => ({ membership: await accept(rows, input, clock.now()) })),
  );
}

async function accept(rows: Rows, input: AcceptInvitationRequest, at: Temporal.Instant) {
  const { userId } = input;
  const email = input.email.toLowerCase();
  const tokenHash = invitationTokenHash(input.invitationToken);
  const row = await rows.find(InvitationRow, { tokenHash }, { lock: 'update' });
  if (!row) throw invitationInvalid();
  const invitation = fromInvitationRow(row);
  if (!mayAccept(invitation, { userId, email, at })) throw invitationInvalid();
  const { tenantId, role } = invitation;
  const tenant = await findTenant(rows, tenantId);
  if (input.slug !== '' && input.slug !== tenant.slug) throw invitationInvalid();
  if (invitation.acceptedBy === undefined) {
    row.acceptedBy = userId;
    row.acceptTime = at;
    await addMember(rows, { tenantId, userId, email, role, createTime: at });
  }
  const member = await rows.find(MemberRow, { tenantId, userId });
  if (!member) throw invitationInvalid();
  return { tenantId, slug: tenant.slug, role: member.role };
}
