import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { TenantStatus } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `tenant`: one row per organisation. */
export const TenantRow = defineEntity({
  name: 'TenantRow',
  tableName: 'tenant',
  properties: {
    tenantId: p.text().$type<TenantId>().primary(),
    slug: p.text(),
    tenantName: p.text(),
    status: p.text().$type<TenantStatus>(),
    platform: p.boolean(),
    provisionedForUser: p.text().nullable(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A row of `tenant`. */
export type TenantRow = InferEntity<typeof TenantRow>;
