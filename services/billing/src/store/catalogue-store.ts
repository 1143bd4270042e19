import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import { currency, money, parseDecimal, toDecimal } from '@tollgate/money';
import type { Rows } from '@tollgate/runtime/database';
import type { Plan, PlanReference } from '../domain/plan.ts';
import { PlanLimitRow, PlanRow, PlanVersionRow } from './plan-row.ts';

/** Whose catalogue is sold: the platform is the one seller there is. */
export const SELLER_ID: TenantId = PLATFORM_TENANT_ID;

/** Plans a seller may have; `ListPlans` answers all of them at once. */
export const PLANS_MAX = 200;

/** Most versions of plans that one read of the catalogue loads. */
const VERSIONS_MAX = PLANS_MAX;
const LIMITS_MAX = VERSIONS_MAX * 10;

/**
 * Reads the catalogue within a buyer's transaction. The catalogue is the seller's rows, which the
 * buyer's context hides: the transaction sees the seller's rows, and only those, while `read` runs.
 */
export function inCatalogue<T>(rows: Rows, read: () => Promise<T>): Promise<T> {
  return rows.inTenant(SELLER_ID, read);
}

/** The version of a plan that is sold now. Call within the seller's rows. */
export async function findCurrentPlan(rows: Rows, planId: string): Promise<Plan | undefined> {
  const plan = await rows.find(PlanRow, { tenantId: SELLER_ID, planId });
  return plan ? getPlan(rows, { planId, version: plan.currentVersion }) : undefined;
}

/** A version that something points at. Call within the seller's rows. Throws when it is missing. */
export async function getPlan(rows: Rows, { planId, version }: PlanReference): Promise<Plan> {
  const where = { tenantId: SELLER_ID, planId, version };
  const stored = await rows.find(PlanVersionRow, where);
  if (!stored) throw new Error(`Plan ${planId} has no version ${version}.`);
  const limits = await rows.findAll(PlanLimitRow, where, { limit: LIMITS_MAX });
  return fromRows(stored, limits);
}

/** Every plan in the version sold now, in no order. Call within the seller's rows. */
export async function currentPlans(rows: Rows): Promise<Plan[]> {
  const plans = await rows.findAll(PlanRow, { tenantId: SELLER_ID }, { limit: PLANS_MAX });
  const current = plans.map(({ planId, currentVersion }) => ({
    tenantId: SELLER_ID,
    planId,
    version: currentVersion,
  }));
  if (current.length === 0) return [];
  const any = { $or: current };
  const versions = await rows.findAll(PlanVersionRow, any, { limit: VERSIONS_MAX });
  const limits = await rows.findAll(PlanLimitRow, any, { limit: LIMITS_MAX });
  return versions.map((version) =>
    fromRows(
      version,
      limits.filter(({ planId }) => planId === version.planId),
    ),
  );
}

/**
 * The ids of all plans. Nobody else adds one until the work ends, so that an id which is free now
 * stays free. Call within the seller's rows.
 */
export async function lockCatalogue(rows: Rows): Promise<string[]> {
  await rows.lock('billing.plan', SELLER_ID);
  const plans = await rows.findAll(PlanRow, { tenantId: SELLER_ID }, { limit: PLANS_MAX });
  return plans.map(({ planId }) => planId);
}

/** Adds a plan with its first version. Call within the seller's rows. */
export function insertPlan(rows: Rows, plan: Plan, createTime: Temporal.Instant): void {
  const { planId, version } = plan;
  const key = { tenantId: SELLER_ID, planId };
  rows.insert(PlanRow, { ...key, currentVersion: version, createTime });
  rows.insert(PlanVersionRow, {
    ...key,
    version,
    name: plan.name,
    currency: plan.monthlyFee.currency.code,
    monthlyFeeMinor: plan.monthlyFee.minorUnits,
    includedRequests: plan.includedRequests,
    overageUnitAmount: toDecimal(plan.overageUnitAmount),
    onLimiterUnavailable: plan.onLimiterUnavailable,
    createTime,
  });
  plan.limits.forEach(({ window, ...limit }, position) => {
    rows.insert(PlanLimitRow, { ...key, version, position, ...limit, timeWindow: window });
  });
}

function fromRows(version: PlanVersionRow, limits: readonly PlanLimitRow[]): Plan {
  return {
    planId: version.planId,
    version: version.version,
    name: version.name,
    monthlyFee: money(version.monthlyFeeMinor, currency(version.currency)),
    includedRequests: version.includedRequests,
    overageUnitAmount: parseDecimal(version.overageUnitAmount),
    limits: limits
      .toSorted((left, right) => left.position - right.position)
      .map(({ limitId, kind, requests, timeWindow, burst }) => ({
        limitId,
        kind,
        requests,
        window: timeWindow,
        burst,
      })),
    onLimiterUnavailable: version.onLimiterUnavailable,
  };
}
