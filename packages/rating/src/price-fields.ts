/** A JSON object of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** What one field of a price document may hold. */
export type FieldRule = { readonly required?: boolean } & (
  | {
      readonly type: 'decimal';
      readonly positive?: boolean;
      readonly nullable?: boolean;
      readonly max?: bigint;
      /** In the price's currency: must fit what its minor units can hold. */
      readonly amount?: boolean;
      readonly fractionDigitsMax?: number;
      readonly integerDigitsMax?: number;
    }
  | { readonly type: 'flag' }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'name'; readonly pattern: RegExp }
  | { readonly type: 'digits'; readonly max: number }
  | { readonly type: 'tiers' }
);

/** Up to 15 digits before the point, fewer where more do not fit the minor units of the currency. */
const decimal = { type: 'decimal', amount: true } as const;
const required = { ...decimal, required: true } as const;
const percent = { type: 'decimal', max: 100n } as const;
/** Quantities have more room than prices: nanoseconds, bytes, tokens. */
const units = { type: 'decimal', integerDigitsMax: 30 } as const;
const whole = { type: 'decimal', fractionDigitsMax: 0 } as const;
const flag = { type: 'flag' } as const;
const tiers = { type: 'tiers' } as const;

const COMMON_TERMS = {
  version: { type: 'name', pattern: /^[A-Za-z0-9_.-]{1,80}$/, required: true },
  currency: { type: 'name', pattern: /^[A-Z][A-Z0-9_]{2,11}$/, required: true },
  minor_unit_digits: { type: 'digits', max: 8 },
  rounding: { type: 'choice', of: ['half_away_from_zero', 'half_even'] },
  timing: { type: 'choice', of: ['in_advance', 'in_arrears'] },
  prorates: { type: 'choice', of: ['amount', 'terms', 'nothing'] },
  share_by: { type: 'choice', of: ['day', 'second'] },
  discount_percent: percent,
  minimum: decimal,
  maximum: decimal,
} as const;
const COMMON = { kind: { type: 'name', pattern: /^[a-z_]+$/ }, ...COMMON_TERMS } as const;

/** What every price may say, whatever its kind; the kind itself is looked at first. */
export const COMMON_FIELDS: Readonly<Record<string, FieldRule>> = COMMON_TERMS;

/** The fields of each kind. What is not listed here is refused. */
export const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  flat: { ...COMMON, amount: required },
  per_unit: { ...COMMON, unit_price: required, free_units: units },
  graduated: { ...COMMON, tiers, free_units: units, flat_on_zero: flag },
  volume: { ...COMMON, tiers, free_units: units, flat_on_zero: flag },
  package: {
    ...COMMON,
    package_size: { ...units, required: true, positive: true },
    package_price: required,
    minimum_packages: whole,
    free_units: units,
  },
  capacity: { ...COMMON, tiers, free_units: units, flat_on_zero: flag },
  percentage: {
    ...COMMON,
    percent: { ...percent, required: true },
    fee_per_event: decimal,
    free_events: whole,
    free_amount: units,
    event_minimum: decimal,
    event_maximum: decimal,
  },
  graduated_percentage: { ...COMMON, tiers, free_units: units, flat_on_zero: flag },
  dynamic: {
    ...COMMON,
    multiplier: { type: 'decimal', required: true, max: 1_000_000n },
    free_units: units,
  },
};

const BOUNDS = { from: units, up_to: { ...units, positive: true, nullable: true } } as const;
const UNIT_TIER = {
  ...BOUNDS,
  unit_price: decimal,
  flat_fee: decimal,
  package_size: { ...units, positive: true },
} as const;

/** The fields of a tier, by kind of price. */
export const TIER_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  graduated: UNIT_TIER,
  volume: UNIT_TIER,
  capacity: { ...BOUNDS, amount: required },
  graduated_percentage: { ...BOUNDS, percent: { ...percent, required: true }, flat_fee: decimal },
};

/** Whether a value is an object, and neither a list nor null. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** More tiers than anybody can explain; keeps the cost of a line bounded. */
export const TIERS_MAX = 1_000;

/**
 * A copy of a price document, or of what claims to be one, with its own fields and those of its
 * tiers: what an object inherits is neither stored nor hashed, so it must not be read either.
 */
export function ownFields(document: unknown): unknown {
  if (!isRecord(document)) return document;
  const own: JsonRecord = { ...document };
  const { tiers: list } = own;
  if (!Array.isArray(list)) return own;
  // One too many is enough to refuse the list; a hole becomes a tier that is no object.
  const some = Array.from(list.slice(0, TIERS_MAX + 1), (tier: unknown) =>
    isRecord(tier) ? { ...tier } : tier,
  );
  return { ...own, tiers: some };
}
