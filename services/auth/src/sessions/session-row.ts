import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `session`: one row per login. */
export const SessionRow = defineEntity({
  name: 'SessionRow',
  tableName: 'session',
  properties: {
    sessionId: p.text().primary(),
    tenantId: p.text().$type<TenantId>(),
    userId: p.text(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    revokeTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
  },
});

/** A row of `session`. */
export type SessionRow = InferEntity<typeof SessionRow>;
