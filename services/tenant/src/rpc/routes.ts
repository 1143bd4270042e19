import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { acceptInvitation } from './accept-invitation.ts';
import { addOperator } from './add-operator.ts';
import { createInvitation } from './create-invitation.ts';
import { createTenant } from './create-tenant.ts';
import { getTenant } from './get-tenant.ts';
import { listMembers } from './list-members.ts';
import { listMemberships } from './list-memberships.ts';
import { listTenants } from './list-tenants.ts';
import { provisionTenant } from './provision-tenant.ts';
import { removeMember } from './remove-member.ts';
import { updateMember } from './update-member.ts';
import { updateTenant } from './update-tenant.ts';

/** Every RPC that Tenant serves. */
export function routes(parts: { database: Database; clock: Clock }): RpcHandler[] {
  return [
    createTenant(parts),
    listTenants(parts),
    getTenant(parts),
    updateTenant(parts),
    listMembers(parts),
    updateMember(parts),
    removeMember(parts),
    createInvitation(parts),
    provisionTenant(parts),
    acceptInvitation(parts),
    addOperator(parts),
    listMemberships(parts),
  ];
}
