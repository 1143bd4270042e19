import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { type TenantId } from '@tollgate/api';
import { type Environment } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';
import type { ApiKey } from '../domain/api-key.ts';

const p = defineEntity.properties;

/** Table `api_key`. */
export const ApiKeyRow = defineEntity({
  name: 'ApiKeyRow',
  tableName: 'api_key',
  properties: {
    keyId: p.text().primary(),
    tenantId: p.text(),
    environment: p.text().$type<Environment>(),
    name: p.text(),
    scopes: p.array(),
    secretHash: p.text(),
    last4: p.text(),
    createdBy: p.text(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    /** When the row was last written: copies in memory ask for what is newer. */
    changeTime: p.type(InstantColumn).$type<Temporal.Instant>(),
    expireTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
    revokeTime: p.type(InstantColumn).$type<Temporal.Instant>().nullable(),
    limitRequests: p.integer().nullable(),
    limitSeconds: p.integer().nullable(),
  },
});

/** A row of `api_key`. */
export type ApiKeyRow = InferEntity<typeof ApiKeyRow>;

/** The key that a row holds. */
export function fromApiKeyRow(row: ApiKeyRow): ApiKey {
  const { limitRequests: requests, limitSeconds: seconds } = row;
  return {
    keyId: row.keyId,
    tenantId: row.tenantId as TenantId,
    environment: row.environment,
    name: row.name,
    scopes: row.scopes,
    secretHash: row.secretHash,
    last4: row.last4,
    createTime: row.createTime,
    ...(row.expireTime ? { expireTime: row.expireTime } : {}),
    ...(row.revokeTime ? { revokeTime: row.revokeTime } : {}),
    ...(requests && seconds ? { limit: { requests, seconds } } : {}),
  };
}
