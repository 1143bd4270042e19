import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { InstantColumn } from '@tollgate/runtime/database';
import type { RefreshToken } from './domain/session.ts';

const p = defineEntity.properties;

/** Table `refresh_token`: hashes of the tokens of a session, all but the last one used. */
export const RefreshTokenRow = defineEntity({
  name: 'RefreshTokenRow',
  tableName: 'refresh_token',
  properties: {
    tokenHash: p.text().primary(),
    tenantId: p.text(),
    sessionId: p.text(),
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    useTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
  },
});

/** A row of `refresh_token`. */
export type RefreshTokenRow = InferEntity<typeof RefreshTokenRow>;

/** The token that a row holds, of which only the hash is known. */
export function fromRefreshTokenRow(row: RefreshTokenRow): RefreshToken {
  return {
    expireTime: row.expireTime,
    ...(row.useTime ? { useTime: row.useTime } : {}),
  };
}
