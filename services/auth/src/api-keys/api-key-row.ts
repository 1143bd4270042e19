import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `api_key`. */
export const ApiKeyRow = defineEntity({
  name: 'ApiKeyRow',
  tableName: 'api_key',
  properties: {
    keyId: p.text().primary(),
    tenantId: p.text().$type<TenantId>(),
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
