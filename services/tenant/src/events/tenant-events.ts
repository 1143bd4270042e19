import { MemberChangedSchema, TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { Member } from '../domain/member.ts';
import type { Tenant } from '../domain/tenant.ts';
import { toProtoMember } from '../rpc/to-proto-member.ts';
import { toProtoTenant } from '../rpc/to-proto-tenant.ts';

/** `tenant.tenant.created` or `tenant.tenant.changed`: the tenant in full. */
export function tenantEvent(
  verb: 'created' | 'changed',
  tenant: Tenant,
): OutgoingEvent<typeof TenantChangedSchema> {
  return {
    subject: `tenant.tenant.${verb}`,
    tenantId: tenant.tenantId,
    entityId: tenant.tenantId,
    schema: TenantChangedSchema,
    payload: { tenant: toProtoTenant(tenant) },
  };
}

/** `tenant.member.added`, `.changed` or `.removed`: the member in full, or as it last was. */
export function memberEvent(
  verb: 'added' | 'changed' | 'removed',
  member: Member,
): OutgoingEvent<typeof MemberChangedSchema> {
  return {
    subject: `tenant.member.${verb}`,
    tenantId: member.tenantId,
    // A user may belong to several tenants: each membership counts its own versions.
    entityId: `${member.tenantId}/${member.userId}`,
    schema: MemberChangedSchema,
    payload: {
      tenantId: member.tenantId,
      member: toProtoMember(member),
      present: verb !== 'removed',
    },
  };
}
