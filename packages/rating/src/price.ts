import {
  type Currency,
  currency,
  customCurrency,
  isCurrencyCode,
  minus,
  ONE,
  parseDecimal,
  percent,
  type Rational,
  ZERO,
} from '@tollgate/money';
import { priceViolations } from './check-price.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { RatingError } from './errors.ts';
import type {
  CapacityTierDocument,
  PercentTierDocument,
  PriceDocument,
  UnitTierDocument,
} from './price-document.ts';
import { ownFields } from './price-fields.ts';

/** A tier, exact. `upTo` is inclusive; undefined in the last one. */
export interface Tier {
  readonly upTo: Rational | undefined;
  readonly unitPrice: Rational;
  readonly flatFee: Rational;
  readonly packageSize: Rational | undefined;
}

/** What a pricer needs to know, exact, one shape per way to calculate. */
export type PriceModel =
  | { readonly kind: 'flat'; readonly amount: Rational }
  | { readonly kind: 'per_unit' | 'dynamic'; readonly unitPrice: Rational }
  | {
      readonly kind: 'graduated' | 'volume' | 'capacity' | 'graduated_percentage';
      readonly tiers: readonly Tier[];
      readonly flatOnZero: boolean;
    }
  | {
      readonly kind: 'package';
      readonly size: Rational;
      readonly unitPrice: Rational;
      readonly minimumPackages: bigint;
    }
  | {
      readonly kind: 'percentage';
      readonly rate: Rational;
      readonly fee: Rational;
      readonly freeEvents: bigint | undefined;
      readonly freeAmount: Rational | undefined;
      readonly eventMinimum: Rational | undefined;
      readonly eventMaximum: Rational | undefined;
    };

/**
 * A price that was checked: make it once with `parsePrice`, rate any number of lines with it. Frozen
 * in all its parts, and only what `parsePrice` returned is rated, no copy of it: so a line always
 * says which price it comes from. For another price parse a changed document.
 */
export interface Price {
  readonly document: PriceDocument;
  /** SHA-256 of the document with sorted keys, hex: two copies of a price have the same. */
  readonly digest: string;
  readonly currency: Currency;
  readonly timing: 'in_advance' | 'in_arrears';
  readonly prorates: 'amount' | 'terms' | 'nothing';
  readonly shareBy: 'day' | 'second';
  readonly model: PriceModel;
  readonly freeUnits: Rational;
  /** What is left of the amount after the discount, 0 to 1. */
  readonly kept: Rational;
  readonly minimum: Rational | undefined;
  readonly maximum: Rational | undefined;
}

/** All prices that `parsePrice` made. */
const parsed = new WeakSet<Price>();

/** Checks a price document and makes it fit to rate with. Throws INVALID_PRICE naming all rules. */
export function parsePrice(input: unknown): Price {
  const own = ownFields(input);
  const violations = priceViolations(own);
  if (violations.length > 0) throw new RatingError('INVALID_PRICE', violations);
  const canonical = canonicalJson(own);
  // From the text that is hashed, so that nothing else can decide an amount.
  const document = JSON.parse(canonical) as PriceDocument;
  const { rounding, timing, prorates, share_by: shareBy, discount_percent: discount } = document;
  const fixed = document.kind === 'flat' || document.kind === 'capacity';
  const price: Price = {
    document,
    digest: digestOf(canonical),
    currency: currencyOf(document, rounding === undefined ? {} : { rounding }),
    timing: timing ?? 'in_arrears',
    prorates: prorates ?? (fixed ? 'amount' : 'terms'),
    shareBy: shareBy ?? 'day',
    model: modelOf(document),
    freeUnits: ('free_units' in document && optional(document.free_units)) || ZERO,
    kept: discount === undefined ? ONE : minus(ONE, percent(parseDecimal(discount))),
    minimum: optional(document.minimum),
    maximum: optional(document.maximum),
  };
  parsed.add(deepFrozen(price));
  return price;
}

/** Whether `parsePrice` made this very object. */
export function isParsedPrice(price: unknown): boolean {
  return parsed.has(price as Price);
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}

function modelOf(document: PriceDocument): PriceModel {
  switch (document.kind) {
    case 'flat':
      return { kind: 'flat', amount: parseDecimal(document.amount) };
    case 'per_unit':
      return { kind: 'per_unit', unitPrice: parseDecimal(document.unit_price) };
    case 'dynamic':
      return { kind: 'dynamic', unitPrice: parseDecimal(document.multiplier) };
    case 'package':
      return {
        kind: 'package',
        size: parseDecimal(document.package_size),
        unitPrice: parseDecimal(document.package_price),
        minimumPackages: BigInt(document.minimum_packages ?? '0'),
      };
    case 'percentage':
      return {
        kind: 'percentage',
        rate: percent(parseDecimal(document.percent)),
        fee: optional(document.fee_per_event) ?? ZERO,
        freeEvents: document.free_events === undefined ? undefined : BigInt(document.free_events),
        freeAmount: optional(document.free_amount),
        eventMinimum: optional(document.event_minimum),
        eventMaximum: optional(document.event_maximum),
      };
    case 'graduated':
    case 'volume':
    case 'capacity':
    case 'graduated_percentage':
      return {
        kind: document.kind,
        tiers: document.tiers.map(tierOf),
        flatOnZero: document.flat_on_zero ?? true,
      };
  }
}

/** Every kind of tier in one shape: a percent is a price per unit of amount. */
function tierOf(tier: UnitTierDocument | PercentTierDocument | CapacityTierDocument): Tier {
  const upTo = tier.up_to === null ? undefined : optional(tier.up_to);
  const none = { upTo, unitPrice: ZERO, flatFee: ZERO, packageSize: undefined };
  if ('amount' in tier) return { ...none, flatFee: parseDecimal(tier.amount) };
  const flatFee = optional(tier.flat_fee) ?? ZERO;
  if ('percent' in tier)
    return { ...none, flatFee, unitPrice: percent(parseDecimal(tier.percent)) };
  const unitPrice = optional(tier.unit_price) ?? ZERO;
  return { upTo, unitPrice, flatFee, packageSize: optional(tier.package_size) };
}

function currencyOf(
  { currency: code, minor_unit_digits: minorUnitDigits }: PriceDocument,
  law: { readonly rounding?: 'half_away_from_zero' | 'half_even' },
): Currency {
  if (minorUnitDigits === undefined || isCurrencyCode(code)) return currency(code, law);
  return customCurrency({ code, minorUnitDigits, ...law });
}

function optional(text: string | undefined): Rational | undefined {
  return text === undefined ? undefined : parseDecimal(text);
}
