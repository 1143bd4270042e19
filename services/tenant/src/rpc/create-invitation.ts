import { toProtoTime } from '@tollgate/api';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput } from '@tollgate/runtime/errors';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { mayGrant } from '../domain/grant.ts';
import { roleFits } from '../domain/member.ts';
import { roleNotHeld } from '../errors.ts';
import { findTenant } from '../store/find-tenant.ts';
import { insertInvitation } from '../store/insert-invitation.ts';
import { writeTenant } from '../store/tenant-scope.ts';

/** Invites an address. Several open invitations for one address may exist; each is used once. */
export function createInvitation({ database, clock }: { database: Database; clock: Clock }) {
  return handler(TenantService.method.createInvitation, (input, call) => {
    const tenantId = tenantOf(call, input.tenantId);
    return writeTenant({ database, call, tenantId }, async (rows) => {
      const { platform } = await findTenant(rows, tenantId);
      const { email, role } = input;
      if (!roleFits(role, platform)) {
        const description = 'is no role that this tenant has';
        throw invalidInput([{ field: 'role', description }]);
      }
      if (!mayGrant(call.principal, role)) throw roleNotHeld(role);
      const made = insertInvitation(rows, { tenantId, email, role, at: clock.now() });
      return {
        invitationId: made.invitationId,
        invitationToken: made.token,
        expireTime: toProtoTime(made.expireTime),
      };
    });
  });
}
