import type { EventType } from '@tollgate/api';
import { memberRemoved } from '@tollgate/api/events';
import type { MemberChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { Member } from './domain/member.ts';
import { toProtoMember } from './member-proto.ts';

/** What is told of a member that came, changed or left: the member in full, or as it last was. */
export function memberEvent(
  type: EventType<typeof MemberChangedSchema>,
  member: Member,
): OutgoingEvent<typeof MemberChangedSchema> {
  return {
    type,
    tenantId: member.tenantId,
    // A user may belong to several tenants: each membership counts its own versions.
    entityId: `${member.tenantId}/${member.userId}`,
    payload: {
      tenantId: member.tenantId,
      member: toProtoMember(member),
      present: type !== memberRemoved,
    },
  };
}
