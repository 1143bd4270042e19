import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import type { LimiterPolicy, LimitKind, LimitWindow } from '@tollgate/api/words';
import type { Money, Rational } from '@tollgate/money';

/** Whose plans are sold: the platform is the one seller there is. */
export const SELLER_ID: TenantId = PLATFORM_TENANT_ID;

/** One limit of a plan. */
export interface PlanLimit {
  /** Unique in the plan. */
  readonly limitId: string;
  readonly kind: LimitKind;
  /** Requests in one window, at least 1. */
  readonly requests: bigint;
  /** A rate is refilled over it, a quota is counted over it. */
  readonly window: LimitWindow;
  /** For a rate: how many may come at once, at least 1. For a quota: 0. */
  readonly burst: bigint;
}

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
  /** What the gate answers while it cannot reach its counters. */
  readonly onLimiterUnavailable: LimiterPolicy;
}

/** Names one immutable version of a plan. */
export type PlanReference = Pick<Plan, 'planId' | 'version'>;
