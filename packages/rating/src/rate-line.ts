import {
  compare,
  type Money,
  minus,
  ONE,
  type Rational,
  roundToMoney,
  sign,
  subtractMoney,
  times,
  ZERO,
} from '@tollgate/money';
import { ratingError } from './errors.ts';
import { checkLineInput, inputDigest, keptInput, type LineInput } from './line-input.ts';
import type { Price } from './price.ts';
import { priceFlat } from './pricers/flat.ts';
import { priceGraduated } from './pricers/graduated.ts';
import { pricePackage } from './pricers/package.ts';
import { pricePerUnit } from './pricers/per-unit.ts';
import { pricePercentage } from './pricers/percentage.ts';
import type { Priced } from './pricers/priced.ts';
import { priceVolume } from './pricers/volume.ts';
import { orderedUsage, type UsageEvent } from './usage.ts';

/** Every intermediate value of a line, exact, in the order in which it was computed. */
export interface Explanation {
  readonly quantity: Rational;
  /** Free units that were used up, and what is left to price. */
  readonly free: Rational;
  readonly billable: Rational;
  readonly priced: Priced;
  /** After the discount. */
  readonly discounted: Rational;
  /** The bounds in force and which of them decided; then the amount within them. */
  readonly minimum: Rational | undefined;
  readonly maximum: Rational | undefined;
  readonly bound: 'minimum' | 'maximum' | undefined;
  readonly bounded: Rational;
  /** After proration: what the period costs, exact. */
  readonly exact: Rational;
  /** The one rounding. */
  readonly rounded: Money;
}

/** A rated line: what it costs, how that came about, and all it came from. */
export interface Line {
  readonly input: LineInput;
  /** SHA-256 over everything in `input`, hex. */
  readonly digest: string;
  readonly explanation: Explanation;
  /** `explanation.rounded` less what was billed; negative when too much was. */
  readonly amount: Money;
}

/**
 * Rates one line: usage → free units → price → discount → minimum and maximum → proration, all
 * exact, then the one rounding, then less what was billed before. Because the whole is rated and
 * rounded every time, any number of lines for one period adds up to rating it once.
 * Throws INVALID_PRICE, INVALID_USAGE, INVALID_INPUT; MoneyError OUT_OF_RANGE, CURRENCY_MISMATCH.
 */
export function rateLine(input: LineInput): Line {
  checkLineInput(input);
  const { price, share = ONE, billed, interim = false } = input;
  const terms = price.prorates === 'terms' ? share : ONE;
  const { quantity, events } = orderedUsage(input.usage);

  const allowance = scaled(price.freeUnits, terms);
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  const free = compare(allowance, quantity) < 0 ? allowance : quantity;
  const billable = minus(quantity, free);
  const priced = pricedBy(price, billable, events, { terms, interim });
  const discounted = scaled(priced.amount, price.kept);
  const bounds = boundsOf(price, terms, interim);
  const { bound, bounded } = within(discounted, bounds);
  const exact = price.prorates === 'amount' ? scaled(bounded, share) : bounded;
  const rounded = roundToMoney(exact, price.currency);

  const steps = { quantity, free, billable, priced, discounted, ...bounds, bound, bounded };
  return {
    input: keptInput(input, quantity, events),
    digest: inputDigest(input, quantity, events),
    explanation: { ...steps, exact, rounded },
    amount: billed === undefined ? rounded : subtractMoney(rounded, billed),
  };
}

function pricedBy(
  { model }: Price,
  billable: Rational,
  events: readonly UsageEvent[] | undefined,
  { terms, interim }: { readonly terms: Rational; readonly interim: boolean },
): Priced {
  switch (model.kind) {
    case 'flat':
      return priceFlat(model.amount, terms);
    case 'per_unit':
    case 'dynamic':
      return pricePerUnit(model.unitPrice, billable);
    case 'graduated':
    case 'graduated_percentage':
      return priceGraduated(model.tiers, billable, { flatOnZero: model.flatOnZero, fees: terms });
    case 'volume':
    case 'capacity':
      return priceVolume(model.tiers, billable, { flatOnZero: model.flatOnZero, fees: terms });
    case 'package':
      // What is due at least is due at the end of the period, as the minimum is.
      return pricePackage(model, billable, interim ? ZERO : terms);
    case 'percentage':
      if (events !== undefined) return pricePercentage(model, events, terms);
      throw ratingError('INVALID_USAGE', 'usage', 'events', 'a percentage price needs events.');
  }
}

interface Bounds {
  readonly minimum: Rational | undefined;
  readonly maximum: Rational | undefined;
}

/**
 * The bounds in force. A segment that takes no share of its period, as one within a day by days,
 * keeps the whole maximum: scaled to nothing it would make usage free.
 */
function boundsOf({ minimum, maximum }: Price, terms: Rational, interim: boolean): Bounds {
  const most = sign(terms) === 0 ? ONE : terms;
  return {
    minimum: minimum === undefined || interim ? undefined : scaled(minimum, terms),
    maximum: maximum === undefined ? undefined : scaled(maximum, most),
  };
}

function within(amount: Rational, { minimum, maximum }: Bounds) {
  if (minimum !== undefined && compare(amount, minimum) < 0) {
    return { bound: 'minimum', bounded: minimum } as const;
  }
  if (maximum !== undefined && compare(amount, maximum) > 0) {
    return { bound: 'maximum', bounded: maximum } as const;
  }
  return { bound: undefined, bounded: amount };
}

/** Most lines are whole and without discount: nothing to multiply. */
function scaled(value: Rational, factor: Rational): Rational {
  // Stryker disable next-line ConditionalExpression,LogicalOperator: a shortcut, the product is the same
  return factor === ONE || value === ZERO ? value : times(value, factor);
}
