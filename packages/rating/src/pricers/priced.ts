import type { Rational } from '@tollgate/money';

/** One step of a walk: so many units at a price, and perhaps a fee. All values exact. */
export interface WalkStep {
  /** Position of the tier, from 0; 0 where a price has no tiers. */
  readonly tier: number;
  /** Of a flat price the share of it that is due. */
  readonly units: Rational;
  /** Packages that are paid, where units are sold in packages: those started, or those due. */
  readonly packages?: Rational;
  /** Per unit or per package. */
  readonly unitPrice: Rational;
  /** The fee as charged, its share of a partial period taken. */
  readonly flatFee?: Rational;
  readonly amount: Rational;
}

/**
 * What a percentage price did with its events. Its amount is
 * `rateAmount` + `fees` + `raisedBy` - `cutBy`.
 */
export interface EventSummary {
  readonly events: bigint;
  readonly freeEvents: bigint;
  /** What of the amounts cost nothing. */
  readonly freeAmount: Rational;
  /** The due share of the free events and amount: an event is free while less came before it. */
  readonly eventAllowance?: Rational;
  readonly amountAllowance?: Rational;
  readonly chargedEvents: bigint;
  readonly chargedAmount: Rational;
  /** `chargedAmount` × `rate`; a rate of 0.01 is one percent. */
  readonly rate: Rational;
  readonly rateAmount: Rational;
  /** `chargedEvents` × `fee`. */
  readonly fee: Rational;
  readonly fees: Rational;
  /** Events that the minimum per event raised, and what it added to all of them. */
  readonly raisedToMinimum: bigint;
  readonly raisedBy: Rational;
  /** Events that the maximum per event cut, and what it took off all of them. */
  readonly cutToMaximum: bigint;
  readonly cutBy: Rational;
}

/** The exact amount of a pricer and how it came about. */
export interface Priced {
  readonly amount: Rational;
  readonly walk: readonly WalkStep[];
  readonly summary?: EventSummary;
}
