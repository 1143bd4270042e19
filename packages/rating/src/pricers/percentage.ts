import { compare, minus, plus, type Rational, rational, times, ZERO } from '@tollgate/money';
import type { PriceModel } from '../price.ts';
import type { UsageEvent } from '../usage.ts';
import type { EventSummary, Priced } from './priced.ts';

type PercentageModel = Extract<PriceModel, { kind: 'percentage' }>;

/**
 * A rate on each event's amount and a fee per event, in order of time. An event is free, rate and
 * fee, while both the free events and the free amount last. Of the event that crosses the free
 * amount only what lies beyond is charged, with the fee. What one charged event costs, its fee
 * included, is kept within the event's minimum and maximum. `terms` is the share of the free parts
 * that belongs to the line; what is said of one event is never scaled.
 *
 * In all: charged amounts × rate + charged events × fee + what minima added - what maxima cut.
 */
export function pricePercentage(
  model: PercentageModel,
  events: readonly UsageEvent[],
  terms: Rational,
): Priced {
  const { rate, fee, eventMinimum: least, eventMaximum: most } = model;
  const free = freePart(model, terms);
  let [total, chargedAmount, raisedBy, cutBy] = [ZERO, ZERO, ZERO, ZERO];
  let [chargedEvents, raised, cut] = [0n, 0n, 0n];
  for (const [index, event] of events.entries()) {
    const charged = chargedPart(free, index, total, event.amount);
    total = plus(total, event.amount);
    if (charged === undefined) continue;
    chargedEvents += 1n;
    chargedAmount = plus(chargedAmount, charged);
    // Stryker disable next-line ConditionalExpression: a shortcut, nothing bounds the cost
    if (least === undefined && most === undefined) continue;
    const cost = plus(times(charged, rate), fee);
    if (least !== undefined && compare(cost, least) < 0) {
      raisedBy = plus(raisedBy, minus(least, cost));
      raised += 1n;
    } else if (most !== undefined && compare(cost, most) > 0) {
      cutBy = plus(cutBy, minus(cost, most));
      cut += 1n;
    }
  }
  const rateAmount = times(chargedAmount, rate);
  const fees = times(rational(chargedEvents), fee);
  const summary: EventSummary = {
    events: BigInt(events.length),
    freeEvents: BigInt(events.length) - chargedEvents,
    freeAmount: minus(total, chargedAmount),
    ...(free?.events !== undefined && { eventAllowance: free.events }),
    ...(free?.amount !== undefined && { amountAllowance: free.amount }),
    chargedEvents,
    chargedAmount,
    rate,
    rateAmount,
    fee,
    fees,
    raisedToMinimum: raised,
    raisedBy,
    cutToMaximum: cut,
    cutBy,
  };
  return { amount: minus(plus(plus(rateAmount, fees), raisedBy), cutBy), walk: [], summary };
}

/** How much is free at most; undefined where that part sets no end to it. */
interface FreePart {
  readonly events: Rational | undefined;
  readonly amount: Rational | undefined;
}

/** The due share of the free events and of the free amount; undefined when nothing is free. */
function freePart(
  { freeEvents, freeAmount }: PercentageModel,
  terms: Rational,
): FreePart | undefined {
  if (freeEvents === undefined && freeAmount === undefined) return undefined;
  return {
    events: freeEvents === undefined ? undefined : times(rational(freeEvents), terms),
    amount: freeAmount === undefined ? undefined : times(freeAmount, terms),
  };
}

/**
 * What of an event's amount is charged; undefined when the event is free altogether. It is while
 * fewer events and a smaller amount came before it than are free, and while its own amount still
 * fits: an event without an amount is not free once the free amount is used up.
 */
function chargedPart(
  free: FreePart | undefined,
  eventsBefore: number,
  amountBefore: Rational,
  amount: Rational,
): Rational | undefined {
  if (free === undefined) return amount;
  if (free.events !== undefined && compare(rational(BigInt(eventsBefore)), free.events) >= 0) {
    return amount;
  }
  if (free.amount === undefined) return undefined;
  if (compare(amountBefore, free.amount) >= 0) return amount;
  const beyond = minus(plus(amountBefore, amount), free.amount);
  return beyond.numerator > 0n ? beyond : undefined;
}
