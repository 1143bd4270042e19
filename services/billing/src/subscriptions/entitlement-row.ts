import { defineEntity, p } from '@mikro-orm/core';

/** What a tenant is entitled to now: a plan version, and how often that has changed. */
export const EntitlementRow = defineEntity({
  name: 'Entitlement',
  tableName: 'entitlement',
  properties: {
    tenantId: p.string().primary(),
    sellerId: p.string(),
    planId: p.string(),
    planVersion: p.integer(),
    version: p.bigint(),
  },
});
