import { toProtoTime } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { roleNotHeld, roleUnfit } from '../errors.ts';
import { mayGrant } from '../members/domain/grant.ts';
import { roleFits } from '../members/domain/member.ts';
import { writeTenant } from '../tenants/tenant-scope.ts';
import { findTenant } from '../tenants/tenant-store.ts';
import { invite } from './invite.ts';

/** Invites an address. Several open invitations for one address may exist; each is used once. */
export function createInvitation({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantService.method.createInvitation, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const tenant = await findTenant(rows, tenantId);
      if (!tenant) throw notFound('tenant', tenantId);
      const { email, role } = input;
      if (!roleFits(role, tenant.platform)) throw roleUnfit();
      if (!mayGrant(call.principal, role)) throw roleNotHeld(role);
      const invited = { tenantId, email, role, createTime: clock.now() };
      const { invitation, token } = invite(rows, invited);
      return {
        invitationId: invitation.invitationId,
        invitationToken: token,
        expireTime: toProtoTime(invitation.expireTime),
      };
    });
  });
}
