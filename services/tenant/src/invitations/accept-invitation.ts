import {
  type AcceptInvitationRequest,
  TenantInternalService,
} from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database, Rows } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { invitationInvalid } from '../errors.ts';
import { addMember } from '../members/add-member.ts';
import type { Membership } from '../members/domain/member.ts';
import { findMember } from '../members/member-store.ts';
import { findTenant } from '../tenants/tenant-store.ts';
import { accepted, invitationTokenHash, mayAccept } from './domain/invitation.ts';
import { findInvitation, updateInvitation } from './invitation-store.ts';

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

async function accept(
  rows: Rows,
  input: AcceptInvitationRequest,
  at: Temporal.Instant,
): Promise<Membership> {
  const { userId } = input;
  const email = input.email.toLowerCase();
  const tokenHash = invitationTokenHash(input.invitationToken);
  const invitation = await findInvitation(rows, tokenHash, { lock: 'update' });
  if (!invitation || !mayAccept(invitation, { userId, email, at })) throw invitationInvalid();
  const { tenantId, role } = invitation;
  const tenant = await findTenant(rows, tenantId);
  if (!tenant) throw notFound('tenant', tenantId);
  if (input.slug !== '' && input.slug !== tenant.slug) throw invitationInvalid();
  if (invitation.acceptedBy === undefined) {
    await updateInvitation(rows, accepted(invitation, { userId, at }));
    await addMember(rows, { tenantId, userId, email, role, createTime: at });
  }
  const member = await findMember(rows, { tenantId, userId });
  if (!member) throw invitationInvalid();
  return { tenantId, slug: tenant.slug, role: member.role };
}
