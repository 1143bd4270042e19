/**
 * A decimal text such as `0.001`: up to 12 places, no exponent, not negative. Amounts have up to 15
 * digits before the point and fit the minor units of their currency in int64; quantities up to 30.
 */
export type DecimalText = string;

/** What every price has besides its kind. */
export interface CommonTerms {
  /** Names the immutable version that lines refer to; 1 to 80 of a-z, A-Z, 0-9, `_`, `-`, `.`. */
  readonly version: string;
  /** ISO 4217 code, or with `minor_unit_digits` the code of a custom currency. */
  readonly currency: string;
  /** Scale of a custom currency, 0 to 8. Not for ISO codes, whose scale is fixed. */
  readonly minor_unit_digits?: number;
  /** Where a tie goes at the one rounding. Default `half_away_from_zero`. */
  readonly rounding?: 'half_away_from_zero' | 'half_even';
  /** Default `in_arrears`. Kinds that need usage of the period cannot be `in_advance`. */
  readonly timing?: 'in_advance' | 'in_arrears';
  /**
   * What a partial period scales: the whole `amount` (flat, capacity, seats), only the `terms`
   * (flat fees, free units, free events and amount, minimum packages, minimum, maximum; usage is
   * that of the segment anyway) or `nothing`. A share of zero leaves the maximum whole.
   * Default `amount` for flat and capacity, else `terms`.
   */
  readonly prorates?: 'amount' | 'terms' | 'nothing';
  /** How the share of a partial period is measured. Default `day`. */
  readonly share_by?: 'day' | 'second';
  /** 0 to 100, off the priced amount, before minimum and maximum. */
  readonly discount_percent?: DecimalText;
  /** Least and most that a whole period costs, in major units. */
  readonly minimum?: DecimalText;
  readonly maximum?: DecimalText;
}

interface FreeUnits {
  /**
   * Units of each period that cost nothing; taken off before a tier is chosen. Where the quantity
   * is a sum of amounts (dynamic, graduated percentage), a free amount.
   */
  readonly free_units?: DecimalText;
}

/** Bounds of a tier. It ends at `up_to`, inclusive, and begins right behind the one before. */
interface TierBounds {
  /** Optional, to be checked: the `up_to` of the tier before, 0 for the first; exclusive. */
  readonly from?: DecimalText;
  /** Absent or null in the last tier, and only there. */
  readonly up_to?: DecimalText | null;
}

/**
 * A tier with a price per unit, of graduated and volume prices. It has a `unit_price` or a `flat_fee`
 * or both: a tier that is free on purpose says so by the unit price 0.
 */
export interface UnitTierDocument extends TierBounds {
  /** Per unit, or per started package when the tier has a `package_size`. Default 0. */
  readonly unit_price?: DecimalText;
  /** Once, when the tier is reached. Default 0. */
  readonly flat_fee?: DecimalText;
  readonly package_size?: DecimalText;
}

/** A tier with a percentage of the amounts in it, of graduated percentages. */
export interface PercentTierDocument extends TierBounds {
  /** 0 to 100. */
  readonly percent: DecimalText;
  readonly flat_fee?: DecimalText;
}

/** A tier with one amount for the whole period, of capacity prices. */
export interface CapacityTierDocument extends TierBounds {
  /** The whole price when the peak of the period lies in this tier. */
  readonly amount: DecimalText;
}

interface FlatOnZero {
  /** Whether the first tier's fee is due without usage. Default true. */
  readonly flat_on_zero?: boolean;
}

/**
 * A price as it is stored, sent and hashed: plain JSON, decimals as texts, names as in the golden
 * vectors. `parsePrice` checks it and makes it fit to rate with.
 */
export type PriceDocument = CommonTerms &
  (
    | { readonly kind: 'flat'; readonly amount: DecimalText }
    | ({ readonly kind: 'per_unit'; readonly unit_price: DecimalText } & FreeUnits)
    | ({ readonly kind: 'graduated'; readonly tiers: readonly UnitTierDocument[] } & FreeUnits &
        FlatOnZero)
    | ({ readonly kind: 'volume'; readonly tiers: readonly UnitTierDocument[] } & FreeUnits &
        FlatOnZero)
    | ({
        readonly kind: 'package';
        readonly package_size: DecimalText;
        readonly package_price: DecimalText;
        /**
         * Packages due at least at the end of the period, a whole number. Default 0: no usage, no
         * package. Of a share of the terms not always whole ones are due.
         */
        readonly minimum_packages?: DecimalText;
      } & FreeUnits)
    | ({ readonly kind: 'capacity'; readonly tiers: readonly CapacityTierDocument[] } & FreeUnits &
        FlatOnZero)
    | {
        readonly kind: 'percentage';
        /** 0 to 100, of each event's amount. */
        readonly percent: DecimalText;
        readonly fee_per_event?: DecimalText;
        /**
         * Both in order of event time: an event is free while fewer events and a smaller amount came
         * before it, and of the one that crosses the amount what lies within. 0 is none.
         */
        readonly free_events?: DecimalText;
        readonly free_amount?: DecimalText;
        /** Bounds of what one event that is not free costs, its fee included. */
        readonly event_minimum?: DecimalText;
        readonly event_maximum?: DecimalText;
      }
    | ({
        readonly kind: 'graduated_percentage';
        readonly tiers: readonly PercentTierDocument[];
      } & FreeUnits &
        FlatOnZero)
    | ({ readonly kind: 'dynamic'; readonly multiplier: DecimalText } & FreeUnits)
  );

/** The names of the price kinds. */
export type PriceKind = PriceDocument['kind'];
