import { exactText, moneyToDecimal, type Rational } from '@tollgate/money';
import { digestOf } from './digest.ts';
import type { LineInput } from './rate-line.ts';
import type { UsageEvent } from './usage.ts';

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
