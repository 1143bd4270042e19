import type { Rational } from '@tollgate/money';

/** One step of a walk: so many units at a price, and perhaps a fee. All values exact. */
export interface WalkStep {
  /** Position of the tier, from 0; 0 where a price has no tiers. */
  readonly tier: number;
  readonly units: Rational;
  /** Packages started, where units are sold in packages. */
  readonly packages?: bigint;
  /** Per unit or per package. */
  readonly unitPrice: Rational;
  /** The fee as charged, its share of a partial period taken. */
  readonly flatFee?: Rational;
  readonly amount: Rational;
}

/** What a percentage price did with its events. */
export interface EventSummary {
  readonly events: bigint;
  readonly freeEvents: bigint;
  /** What of the amounts cost nothing, and what the rate was applied to. */
  readonly freeAmount: Rational;
  readonly chargedAmount: Rational;
  readonly chargedEvents: bigint;
  readonly raisedToMinimum: bigint;
  readonly cutToMaximum: bigint;
}

/** The exact amount of a pricer and how it came about. */
export interface Priced {
  readonly amount: Rational;
  readonly walk: readonly WalkStep[];
  readonly summary?: EventSummary;
}
