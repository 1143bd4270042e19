import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { acceptInvitation } from './invitations/accept-invitation.ts';
import { createInvitation } from './invitations/create-invitation.ts';
import { addOperator } from './members/add-operator.ts';
import { listMembers } from './members/list-members.ts';
import { listMemberships } from './members/list-memberships.ts';
import { removeMember } from './members/remove-member.ts';
import { updateMember } from './members/update-member.ts';
import { createTenant } from './provisioning/create-tenant.ts';
import { provisionTenant } from './provisioning/provision-tenant.ts';
import { getTenant } from './tenants/get-tenant.ts';
import { listTenants } from './tenants/list-tenants.ts';
import { updateTenant } from './tenants/update-tenant.ts';

/** Every RPC that Tenant serves, each with exactly what it needs. */
export function routes(parts: {
  database: Database;
  clock: Clock;
  randomBytes: (length: number) => Uint8Array;
}): RpcHandler[] {
  const { database, clock, randomBytes } = parts;
  return [
    createTenant({ database, clock, randomBytes }),
    listTenants({ database }),
    getTenant({ database }),
    updateTenant({ database }),
    listMembers({ database }),
    updateMember({ database }),
    removeMember({ database }),
    createInvitation({ database, clock }),
    provisionTenant({ database, clock, randomBytes }),
    acceptInvitation({ database, clock }),
    addOperator({ database, clock }),
    listMemberships({ database }),
  ];
}
