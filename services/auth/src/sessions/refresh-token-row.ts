import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `refresh_token`: hashes of the tokens of a session, all but the last one used. */
export const RefreshTokenRow = defineEntity({
  name: 'RefreshTokenRow',
  tableName: 'refresh_token',
  properties: {
    tokenHash: p.text().primary(),
    tenantId: p.text().$type<TenantId>(),
    sessionId: p.text(),
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    useTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
  },
});

/** A row of `refresh_token`. */
export type RefreshTokenRow = InferEntity<typeof RefreshTokenRow>;
