import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { LimiterPolicy, LimitKind, LimitWindow, Meter } from '@tollgate/api/words';
import type { PriceDocument } from '@tollgate/rating';
import { InstantColumn } from '@tollgate/runtime/database';

/** A plan of a seller, and which of its versions is sold now. */
export const PlanRow = defineEntity({
  name: 'Plan',
  tableName: 'plan',
  properties: {
    tenantId: p.string().primary(),
    planId: p.string().primary(),
    currentVersion: p.integer(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** One immutable version of a plan; never updated. */
export const PlanVersionRow = defineEntity({
  name: 'PlanVersion',
  tableName: 'plan_version',
  properties: {
    tenantId: p.string().primary(),
    planId: p.string().primary(),
    version: p.integer().primary(),
    name: p.string(),
    currency: p.string(),
    onLimiterUnavailable: p.string().$type<LimiterPolicy>(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** One price of a plan version; never updated. */
export const PlanPriceRow = defineEntity({
  name: 'PlanPrice',
  tableName: 'plan_price',
  properties: {
    tenantId: p.string().primary(),
    planId: p.string().primary(),
    version: p.integer().primary(),
    priceId: p.string().primary(),
    /** Place in the plan's list of prices, from 0. */
    position: p.integer(),
    /** Null for a fee. */
    meter: p.string().$type<Meter>().nullable(),
    document: p.json<PriceDocument>(),
  },
});

/** One limit of a plan version; never updated. */
export const PlanLimitRow = defineEntity({
  name: 'PlanLimit',
  tableName: 'plan_limit',
  properties: {
    tenantId: p.string().primary(),
    planId: p.string().primary(),
    version: p.integer().primary(),
    limitId: p.string().primary(),
    /** Place in the plan's list of limits, from 0. */
    position: p.integer(),
    kind: p.string().$type<LimitKind>(),
    requests: p.bigint(),
    timeWindow: p.string().$type<LimitWindow>(),
    burst: p.bigint(),
  },
});

/** A stored plan version. */
export type PlanVersionRow = InferEntity<typeof PlanVersionRow>;

/** A stored price. */
export type PlanPriceRow = InferEntity<typeof PlanPriceRow>;

/** A stored limit. */
export type PlanLimitRow = InferEntity<typeof PlanLimitRow>;
