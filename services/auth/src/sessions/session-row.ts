import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import { InstantColumn } from '@tollgate/runtime/database';
import type { Session } from './domain/session.ts';

const p = defineEntity.properties;

/** Table `session`: one row per login. */
export const SessionRow = defineEntity({
  name: 'SessionRow',
  tableName: 'session',
  properties: {
    sessionId: p.text().primary(),
    tenantId: p.text(),
    userId: p.text(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    /** No refresh token of it is good after this. */
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    revokeTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
  },
});

/** A row of `session`. */
export type SessionRow = InferEntity<typeof SessionRow>;

/** The session that a row holds. */
export function fromSessionRow(row: SessionRow): Session {
  return {
    sessionId: row.sessionId,
    tenantId: row.tenantId as TenantId,
    userId: row.userId,
    createTime: row.createTime,
    ...(row.revokeTime ? { revokeTime: row.revokeTime } : {}),
  };
}
