import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import type { Money, Rational } from '@tollgate/money';

/** Whose plans are sold: the platform is the one seller there is. */
export const SELLER_ID: TenantId = PLATFORM_TENANT_ID;

/** A window of a limit: a rate is refilled over it, a quota is counted over it. */
export type LimitWindow = 'second' | 'minute' | 'hour' | 'month';

/** One limit of a plan. */
export interface PlanLimit {
  /** Unique in the plan. */
  readonly limitId: string;
  readonly kind: 'rate' | 'quota';
  /** Requests in one window, at least 1. */
  readonly requests: bigint;
  readonly window: LimitWindow;
  /** For a rate: how many may come at once, at least 1. For a quota: 0. */
  readonly burst: bigint;
}

/** What the gate answers while it cannot reach its counters. */
export type LimiterPolicy = 'deny' | 'allow';

/** One version of a plan. A version never changes; a new price is a new version. */
export interface Plan {
  readonly planId: string;
  /** 1 or more. */
  readonly version: number;
  readonly name: string;
  /** Fee for a month; its currency is the plan's currency. */
  readonly monthlyFee: Money;
  /** Requests a month that the fee includes. */
  readonly includedRequests: bigint;
  /** Exact price of each request beyond the included ones, in the plan's currency. */
  readonly overageUnitAmount: Rational;
  readonly limits: readonly PlanLimit[];
  readonly onLimiterUnavailable: LimiterPolicy;
}

/** Names one immutable version of a plan. */
export type PlanReference = Pick<Plan, 'planId' | 'version'>;
