import type { BillLineKind, Meter } from '@tollgate/api/words';
import {
  type Currency,
  type Money,
  money,
  type Rational,
  rational,
  sumMoney,
  ZERO,
} from '@tollgate/money';
import { type Line, rateLine } from '@tollgate/rating';
import type { Plan, PlanPrice } from '../../catalogue/domain/plan.ts';
import { feesOf, priceOf } from '../../catalogue/domain/plan-terms.ts';
import { costsNothing } from './costs-nothing.ts';

/** The one meter that is billed. */
export const METER = 'requests' satisfies Meter;

/** One line of a bill. */
export interface BillLine {
  readonly kind: BillLineKind;
  /** In words, for people. */
  readonly description: string;
  /** The plan's price that it comes from; absent for usage that no price counts. */
  readonly priceId?: string;
  readonly quantity: bigint;
  /** Exact price of one unit, in major units; absent for a fee and where units have several. */
  readonly unitAmount?: Rational;
  readonly amount: Money;
  /** What the amount comes from; absent where another line of the price has it. */
  readonly rated?: Line;
}

/** A rated month. */
export interface Bill {
  readonly lines: readonly BillLine[];
  /** Sum of the lines' amounts. */
  readonly total: Money;
}

/**
 * The bill of a month on one plan version: rating's amounts, each on a line. Every request is on
 * exactly one line, so the quantities of the usage lines add up to `usage`: as included while it is
 * free, as overage beyond; requests that no price counts are on an included line of their own.
 * A minimum is on the bill from the first day, since the month costs it in any case. `usage` is at
 * least 0; less throws, because no count of requests can be negative. Throws MoneyError
 * OUT_OF_RANGE beyond the largest amount.
 */
export function billMonth(plan: Plan, usage: bigint): Bill {
  if (usage < 0n) throw new RangeError(`A month cannot have ${usage} requests.`);
  const priced = plan.prices.flatMap((price) =>
    price.meter === undefined ? [feeLine(plan, price)] : usageLines(price, usage),
  );
  const isCounted = priceOf(plan, METER) !== undefined;
  const lines = isCounted ? priced : [...priced, includedLine(plan, usage)];
  const amounts = lines.map(({ amount }) => amount);
  return { lines, total: sumMoney(amounts, plan.currency) };
}

function feeLine(plan: Plan, { priceId, price }: PlanPrice): BillLine {
  const rated = rateLine({ price, usage: { quantity: ZERO } });
  const which = feesOf(plan).length === 1 ? '' : `: ${priceId}`;
  return {
    kind: 'monthly_fee',
    description: `${plan.name}, monthly fee${which}`,
    priceId,
    quantity: 1n,
    amount: rated.amount,
    rated,
  };
}

function usageLines({ priceId, price }: PlanPrice, usage: bigint): BillLine[] {
  const rated = rateLine({ price, usage: { quantity: rational(usage) } });
  const isFree = costsNothing(price);
  const free = price.freeUnits.numerator / price.freeUnits.denominator;
  if (isFree && free === 0n) return [{ ...includedLine(price, usage), priceId, rated }];

  const quantity = usage < free ? usage : free;
  const included = {
    ...includedLine(price, quantity),
    description: `Requests, ${free} included`,
    priceId,
  };
  const beyond = usage - quantity;
  if (isFree && beyond === 0n) return [{ ...included, rated }];
  const overage: BillLine = {
    kind: 'overage',
    description: free === 0n ? 'Requests' : 'Requests beyond the included ones',
    priceId,
    quantity: beyond,
    ...(price.model.kind === 'per_unit' && { unitAmount: price.model.unitPrice }),
    amount: rated.amount,
    rated,
  };
  return free === 0n ? [overage] : [included, overage];
}

function includedLine({ currency }: { readonly currency: Currency }, quantity: bigint): BillLine {
  return {
    kind: 'included_usage',
    description: 'Requests',
    quantity,
    unitAmount: ZERO,
    amount: money(0n, currency),
  };
}
