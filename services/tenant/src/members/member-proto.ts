import { create } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import {
  type Member as MemberMessage,
  MemberSchema,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Member } from './domain/member.ts';

/** The member as the API shows it. */
export function toProtoMember(member: Member): MemberMessage {
  return create(MemberSchema, {
    userId: member.userId,
    email: member.email,
    role: member.role,
    createTime: toProtoTime(member.createTime),
  });
}
