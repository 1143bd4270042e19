import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `member`: one row per user and tenant. */
export const MemberRow = defineEntity({
  name: 'MemberRow',
  tableName: 'member',
  properties: {
    tenantId: p.text().$type<TenantId>().primary(),
    userId: p.text().primary(),
    email: p.text(),
    role: p.text().$type<Role>(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A row of `member`. */
export type MemberRow = InferEntity<typeof MemberRow>;
