import { isId } from '@tollgate/api';
import type { Membership as MembershipMessage } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { isRole } from '@tollgate/api/words';
import type { Membership } from './domain/membership.ts';

/** Reads Tenant's answer. Throws when it is not one, which is a fault of ours. */
export function fromProtoMembership(message: MembershipMessage | undefined): Membership {
  const { tenantId, slug = '', role } = message ?? {};
  if (!isId('ten', tenantId) || !isRole(role)) throw new Error('Tenant answered no membership.');
  return { tenantId, slug, role };
}
