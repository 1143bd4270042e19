import * as events from '@tollgate/api/events';
import type {
  MemberChangedSchema,
  TenantChangedSchema,
} from '@tollgate/api/tollgate/tenant/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { Member } from '../domain/member.ts';
import type { Tenant } from '../domain/tenant.ts';
import { toProtoMember } from '../rpc/to-proto-member.ts';
import { toProtoTenant } from '../rpc/to-proto-tenant.ts';

const tenantEvents = { created: events.tenantCreated, changed: events.tenantChanged };
const memberEvents = {
  added: events.memberAdded,
  changed: events.memberChanged,
  removed: events.memberRemoved,
};

/** `tenant.tenant.created` or `tenant.tenant.changed`: the tenant in full. */
export function tenantEvent(
  verb: 'created' | 'changed',
  tenant: Tenant,
): OutgoingEvent<typeof TenantChangedSchema> {
  return {
    type: tenantEvents[verb],
    tenantId: tenant.tenantId,
    entityId: tenant.tenantId,
    payload: { tenant: toProtoTenant(tenant) },
  };
}

/** `tenant.member.added`, `.changed` or `.removed`: the member in full, or as it last was. */
export function memberEvent(
  verb: 'added' | 'changed' | 'removed',
  member: Member,
): OutgoingEvent<typeof MemberChangedSchema> {
  return {
    type: memberEvents[verb],
    tenantId: member.tenantId,
    // A user may belong to several tenants: each membership counts its own versions.
    entityId: `${member.tenantId}/${member.userId}`,
    payload: {
      tenantId: member.tenantId,
      member: toProtoMember(member),
      present: verb !== 'removed',
    },
  };
}
