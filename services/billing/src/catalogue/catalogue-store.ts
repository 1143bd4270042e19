import { currency } from '@tollgate/money';
import { parsePrice } from '@tollgate/rating';
import type { Rows } from '@tollgate/runtime/database';
import { type Plan, type PlanReference, SELLER_ID } from './domain/plan.ts';
import { PlanLimitRow, PlanPriceRow, PlanRow, PlanVersionRow } from './plan-row.ts';

/** Plans a seller may have; `ListPlans` answers all of them at once. */
export const PLANS_MAX = 200;

/** Most versions of plans that one read of the catalogue loads. */
const VERSIONS_MAX = PLANS_MAX;
const PRICES_MAX = VERSIONS_MAX * 10;
const LIMITS_MAX = VERSIONS_MAX * 10;

/** The plans on sale, to be read. Refuses every use after the work it was handed to has ended. */
export interface Catalogue {
  /** The version of a plan that is sold now. */
  findCurrentPlan(planId: string): Promise<Plan | undefined>;
  /** A version that something points at. Throws when it is missing. */
  getPlan(reference: PlanReference): Promise<Plan>;
  /** Every plan in the version sold now, in no order. */
  findCurrentPlans(): Promise<Plan[]>;
}

/** The catalogue in its seller's hands. Refuses use like {@link Catalogue}. */
export interface OwnCatalogue {
  /**
   * The ids of all plans. Nobody else adds one until the transaction ends, so that an id which is
   * free now stays free.
   */
  lockPlanIds(): Promise<string[]>;
  /** Adds a plan with its first version. */
  insertPlan(plan: Plan, createTime: Temporal.Instant): Promise<void>;
}

/**
 * The customers' way to the catalogue, from any transaction of a tenant. The catalogue is the seller's
 * rows, which a customer's transaction does not see: it sees those, and only those, until `work` ends
 * and what it has begun to read is there. Ask for nothing of the customer's in there.
 */
export function inCatalogue<T>(rows: Rows, work: (catalogue: Catalogue) => Promise<T>): Promise<T> {
  return rows.inTenant(SELLER_ID, () =>
    whileOpen('inCatalogue', (use) =>
      work({
        findCurrentPlan: (planId) => use(() => findCurrentPlan(rows, planId)),
        getPlan: (reference) => use(() => getPlan(rows, reference)),
        findCurrentPlans: () => use(() => findCurrentPlans(rows)),
      }),
    ),
  );
}

/**
 * The seller's way, in a transaction of the seller's. It steps into nobody else's rows: a customer that
 * comes this way sees no plan, and the database refuses what it adds.
 */
export function inOwnCatalogue<T>(
  rows: Rows,
  work: (catalogue: OwnCatalogue) => Promise<T>,
): Promise<T> {
  return whileOpen('inOwnCatalogue', (use) =>
    work({
      lockPlanIds: () => use(() => lockPlanIds(rows)),
      insertPlan: (plan, createTime) => use(async () => insertPlan(rows, plan, createTime)),
    }),
  );
}

/** Runs one use of the catalogue, unless the work has ended. */
type Use = <A>(query: () => Promise<A>) => Promise<A>;

async function whileOpen<T>(door: string, work: (use: Use) => Promise<T>): Promise<T> {
  const begun: Promise<unknown>[] = [];
  let ended = false;
  try {
    return await work(async (query) => {
      if (ended) throw new Error(`The catalogue can be used only until ${door} ends.`);
      const running = query();
      begun.push(running);
      return running;
    });
  } finally {
    ended = true;
    // A query that is sent later would see the customer's rows, and find half a plan or none.
    await Promise.allSettled(begun);
  }
}

async function findCurrentPlan(rows: Rows, planId: string): Promise<Plan | undefined> {
  const plan = await rows.find(PlanRow, { tenantId: SELLER_ID, planId });
  return plan ? getPlan(rows, { planId, version: plan.currentVersion }) : undefined;
}

async function getPlan(rows: Rows, { planId, version }: PlanReference): Promise<Plan> {
  const where = { tenantId: SELLER_ID, planId, version };
  const stored = await rows.find(PlanVersionRow, where);
  if (!stored) throw new Error(`Plan ${planId} has no version ${version}.`);
  const prices = await rows.findAll(PlanPriceRow, where, { limit: PRICES_MAX });
  const limits = await rows.findAll(PlanLimitRow, where, { limit: LIMITS_MAX });
  return fromRows(stored, { prices, limits });
}

async function findCurrentPlans(rows: Rows): Promise<Plan[]> {
  const plans = await rows.findAll(PlanRow, { tenantId: SELLER_ID }, { limit: PLANS_MAX });
  const current = plans.map(({ planId, currentVersion }) => ({
    tenantId: SELLER_ID,
    planId,
    version: currentVersion,
  }));
  if (current.length === 0) return [];
  const any = { $or: current };
  const versions = await rows.findAll(PlanVersionRow, any, { limit: VERSIONS_MAX });
  const prices = await rows.findAll(PlanPriceRow, any, { limit: PRICES_MAX });
  const limits = await rows.findAll(PlanLimitRow, any, { limit: LIMITS_MAX });
  return versions.map((version) =>
    fromRows(version, {
      prices: prices.filter(({ planId }) => planId === version.planId),
      limits: limits.filter(({ planId }) => planId === version.planId),
    }),
  );
}

async function lockPlanIds(rows: Rows): Promise<string[]> {
  await rows.lock('billing.plan', SELLER_ID);
  const plans = await rows.findAll(PlanRow, { tenantId: SELLER_ID }, { limit: PLANS_MAX });
  return plans.map(({ planId }) => planId);
}

function insertPlan(rows: Rows, plan: Plan, createTime: Temporal.Instant): void {
  const { planId, version } = plan;
  const key = { tenantId: SELLER_ID, planId };
  rows.insert(PlanRow, { ...key, currentVersion: version, createTime });
  rows.insert(PlanVersionRow, {
    ...key,
    version,
    name: plan.name,
    currency: plan.currency.code,
    onLimiterUnavailable: plan.onLimiterUnavailable,
    createTime,
  });
  plan.prices.forEach(({ priceId, meter = null, price: { document } }, position) => {
    rows.insert(PlanPriceRow, { ...key, version, position, priceId, meter, document });
  });
  plan.limits.forEach(({ window, ...limit }, position) => {
    rows.insert(PlanLimitRow, { ...key, version, position, ...limit, timeWindow: window });
  });
}

function fromRows(
  version: PlanVersionRow,
  parts: { readonly prices: readonly PlanPriceRow[]; readonly limits: readonly PlanLimitRow[] },
): Plan {
  return {
    planId: version.planId,
    version: version.version,
    name: version.name,
    currency: currency(version.currency),
    prices: parts.prices.toSorted(byPosition).map(({ priceId, meter, document }) => ({
      priceId,
      ...(meter && { meter }),
      price: parsePrice(document),
    })),
    limits: parts.limits
      .toSorted(byPosition)
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

function byPosition(left: { readonly position: number }, right: { readonly position: number }) {
  return left.position - right.position;
}
