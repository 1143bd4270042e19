import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type Member as MemberMessage,
  MemberSchema,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Member } from '../domain/member.ts';

/** The member as the API shows it. */
export function toProtoMember(member: Member): MemberMessage {
  return create(MemberSchema, {
    userId: member.userId,
    email: member.email,
    role: member.role,
    createTime: timestampFromMs(member.createTime.epochMilliseconds),
  });
}
