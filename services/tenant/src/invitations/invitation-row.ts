import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `invitation`: open and used invitations, by the hash of their token. */
export const InvitationRow = defineEntity({
  name: 'InvitationRow',
  tableName: 'invitation',
  properties: {
    invitationId: p.text().primary(),
    tenantId: p.text().$type<TenantId>(),
    email: p.text(),
    role: p.text().$type<Role>(),
    tokenHash: p.text(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    acceptTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
    acceptedBy: p.text().nullable(),
  },
});

/** A row of `invitation`. */
export type InvitationRow = InferEntity<typeof InvitationRow>;
