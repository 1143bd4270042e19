import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import type { LimiterPolicy, LimitKind, LimitWindow, Meter } from '@tollgate/api/words';
import type { Currency } from '@tollgate/money';
import type { Price } from '@tollgate/rating';

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

/** One price of a plan. */
export interface PlanPrice {
  /** Unique in the plan. */
  readonly priceId: string;
  /** What it counts, by at most one price of the plan; absent for a fee, whose kind is flat. */
  readonly meter?: Meter;
  /** In the plan's currency; its version is `priceVersion` of the plan. */
  readonly price: Price;
}

/** One version of a plan. A version never changes; a new price is a new version. */
export interface Plan {
  readonly planId: string;
  /** 1 or more. */
  readonly version: number;
  readonly name: string;
  readonly currency: Currency;
  /** In the order of a bill's lines. What no price counts is free. */
  readonly prices: readonly PlanPrice[];
  readonly limits: readonly PlanLimit[];
  /** What the gate answers while it cannot reach its counters. */
  readonly onLimiterUnavailable: LimiterPolicy;
}

/** Names one immutable version of a plan. */
export type PlanReference = Pick<Plan, 'planId' | 'version'>;

/** The version that the price documents of a plan version carry: `pro-1`. */
export function priceVersion({ planId, version }: PlanReference): string {
  return `${planId}-${version}`;
}
