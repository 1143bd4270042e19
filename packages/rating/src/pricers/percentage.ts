import { compare, minus, plus, type Rational, times, ZERO } from '@tollgate/money';
import type { PriceModel } from '../price.ts';
import type { UsageEvent } from '../usage.ts';
import type { EventSummary, Priced } from './priced.ts';

type PercentageModel = Extract<PriceModel, { kind: 'percentage' }>;

/**
 * A rate on each event's amount and a fee per event, in order of time. An event is free, rate and
 * fee, while both the free events and the free amount last. Of the event that crosses the free
 * amount only what lies beyond is charged, with the fee. What one charged event costs, its fee
 * included, is kept within the event's minimum and maximum.
 */
export function pricePercentage(model: PercentageModel, events: readonly UsageEvent[]): Priced {
  const { rate, fee, eventMinimum: least, eventMaximum: most } = model;
  let amount = ZERO;
  let chargedAmount = ZERO;
  let total = ZERO;
  let [free, raised, cut] = [0n, 0n, 0n];
  for (const [index, event] of events.entries()) {
    const charged = chargedPart(model, BigInt(index), total, event.amount);
    total = plus(total, event.amount);
    if (charged === undefined) {
      free += 1n;
      continue;
    }
    chargedAmount = plus(chargedAmount, charged);
    let cost = plus(times(charged, rate), fee);
    if (least !== undefined && compare(cost, least) < 0) {
      cost = least;
      raised += 1n;
    }
    if (most !== undefined && compare(cost, most) > 0) {
      cost = most;
      cut += 1n;
    }
    amount = plus(amount, cost);
  }
  const summary: EventSummary = {
    events: BigInt(events.length),
    freeEvents: free,
    freeAmount: minus(total, chargedAmount),
    chargedAmount,
    chargedEvents: BigInt(events.length) - free,
    raisedToMinimum: raised,
    cutToMaximum: cut,
  };
  return { amount, walk: [], summary };
}

/** What of an event's amount is charged; undefined when the event is free altogether. */
function chargedPart(
  { freeEvents, freeAmount }: PercentageModel,
  index: bigint,
  before: Rational,
  amount: Rational,
): Rational | undefined {
  if (freeEvents === undefined && freeAmount === undefined) return amount;
  if (freeEvents !== undefined && index >= freeEvents) return amount;
  if (freeAmount === undefined) return undefined;
  const beyond = minus(plus(before, amount), freeAmount);
  if (beyond.numerator <= 0n) return undefined;
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  return compare(beyond, amount) < 0 ? beyond : amount;
}
