import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { InstantColumn } from '@tollgate/runtime/database';
import type { User } from './domain/user.ts';

const p = defineEntity.properties;

/**
 * Table `app_user`: one row per person, of no tenant. `pending` while the sign-up has not ended: the
 * address is then claimed, and the id known to Tenant, but nobody can log in.
 */
export const UserRow = defineEntity({
  name: 'UserRow',
  tableName: 'app_user',
  properties: {
    userId: p.text().primary(),
    email: p.text(),
    fullName: p.text(),
    passwordHash: p.text(),
    state: p.text().$type<User['state']>(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A row of `app_user`. */
export type UserRow = InferEntity<typeof UserRow>;
