import type { Money, Violation } from '@tollgate/money';
import { compare, exactText, moneyToDecimal, ONE, type Rational, sign } from '@tollgate/money';
import { digestOf } from './digest.ts';
import { RatingError, ratingError } from './errors.ts';
import { isParsedPrice, type Price } from './price.ts';
import { isExact, type Usage, type UsageEvent } from './usage.ts';

/** Everything a line is computed from; nothing else decides its amount. */
export interface LineInput {
  readonly price: Price;
  /** All usage of the period or segment so far, also what was billed already. */
  readonly usage: Usage;
  /** Share of a whole period, 0 to 1, that the line covers. Default 1. See `shareOfPeriod`. */
  readonly share?: Rational;
  /** Sum of the lines billed for the same price and period, before coupons. Default none. */
  readonly billed?: Money;
  /** Before the period is over no minimum is due yet, nor minimum packages. Default false. */
  readonly interim?: boolean;
  /** Where the usage came from: number of raw events and a digest over them. */
  readonly evidence?: { readonly eventCount: bigint; readonly digest: string };
}

/** Printable ASCII without spaces: a digest is shown to people as it is, within a line of text. */
const EVIDENCE_DIGEST = /^[!-~]{1,128}$/;

/** Far above any count of events. */
const EVENT_COUNT_END = 10n ** 30n;

/**
 * Throws INVALID_PRICE when the price is none that `parsePrice` returned, and INVALID_INPUT naming
 * every rule that share and evidence break.
 */
export function checkLineInput({ price, share, evidence }: LineInput): void {
  if (!isParsedPrice(price)) {
    throw ratingError('INVALID_PRICE', 'price', 'parsed', 'must be what parsePrice returned.');
  }
  const violations: Violation[] = [];
  const broken = (field: string, rule: string, message: string) =>
    violations.push({ field, rule, message });
  if (share !== undefined) {
    if (!isExact(share)) {
      broken('share', 'bits_max_1024', 'must have a denominator of 1 to 1,024 bits.');
    } else if (sign(share) < 0 || compare(share, ONE) > 0) {
      broken('share', 'fraction', 'must be from 0 to 1.');
    }
  }
  if (evidence !== undefined) {
    const { eventCount, digest } = evidence;
    if (eventCount < 0n) broken('evidence.eventCount', 'not_negative', 'must not be negative.');
    if (eventCount >= EVENT_COUNT_END) {
      broken('evidence.eventCount', 'integer_digits_max', 'has more than 30 digits.');
    }
    if (!EVIDENCE_DIGEST.test(digest)) {
      const message = 'must have 1 to 128 printable ASCII characters, no spaces.';
      broken('evidence.digest', 'pattern', message);
    }
  }
  if (violations.length > 0) throw new RatingError('INVALID_INPUT', violations);
}

/** The input as a line keeps it: a copy, its events in order, nothing of it in the caller's hands. */
export function keptInput(
  { price, share, billed, interim, evidence }: LineInput,
  quantity: Rational,
  events: readonly UsageEvent[] | undefined,
): LineInput {
  return {
    price,
    usage: events === undefined ? { quantity } : { events },
    ...(share !== undefined && { share }),
    ...(billed !== undefined && { billed }),
    ...(interim !== undefined && { interim }),
    ...(evidence !== undefined && { evidence: { ...evidence } }),
  };
}

/**
 * SHA-256 over everything that a line is computed from, one part per line of text: the digest of
 * the price, the usage (quantity, or events in order), share, billed, interim, evidence. Every
 * value stands there in canonical form; absent ones are `-`.
 */
export function inputDigest(
  { price, share, billed, interim = false, evidence }: LineInput,
  quantity: Rational,
  events: readonly UsageEvent[] | undefined,
): string {
  const source = evidence === undefined ? '-' : `${evidence.eventCount} ${evidence.digest}`;
  const parts = [
    price.digest,
    events === undefined ? canonicalText(quantity) : events.map(eventText).join('\n'),
    share === undefined ? '-' : canonicalText(share),
    billed === undefined ? '-' : `${moneyToDecimal(billed)} ${billed.currency.code}`,
    interim ? 'interim' : 'final',
    source,
  ];
  return digestOf(parts.join('\n'));
}

function canonicalText(value: Rational): string {
  return value.denominator === 1n ? value.numerator.toString() : exactText(value);
}

/** The id as JSON, so that no id can look like two events. */
function eventText({ id, time, amount }: UsageEvent): string {
  return `${time} ${canonicalText(amount)} ${JSON.stringify(id)}`;
}
