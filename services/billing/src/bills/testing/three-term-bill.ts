import type { BillLineKind } from '@tollgate/api/words';
import {
  exactValue,
  type Money,
  money,
  type Rational,
  rational,
  roundToMoney,
  sumMoney,
  times,
  ZERO,
} from '@tollgate/money';
import type { Plan } from '../../catalogue/domain/plan.ts';

/** One line: quantity × unit amount, rounded once. */
export interface BillLine {
  readonly kind: BillLineKind;
  /** In words, for people. */
  readonly description: string;
  readonly quantity: bigint;
  /** Exact price of one unit, in major units of the currency. */
  readonly unitAmount: Rational;
  /** `quantity × unitAmount`, rounded by the currency's law: half away from zero. */
  readonly amount: Money;
}

/** A rated month. */
export interface Bill {
  readonly lines: readonly BillLine[];
  /** Sum of the lines' amounts. */
  readonly total: Money;
}

/**
 * Rates a month on one plan version. Every request is on exactly one line, so the quantities of
 * the usage lines add up to `usage`: as included while the fee covers it, as overage beyond. A plan
 * that neither includes nor charges requests has one usage line of amount zero. `usage` is at least
 * 0; less throws, because no count of requests can be negative.
 */
export function rateBill(plan: Plan, usage: bigint): Bill {
  if (usage < 0n) throw new RangeError(`A month cannot have ${usage} requests.`);
  const lines = [feeLine(plan), ...usageLines(plan, usage)];
  const { currency } = plan.monthlyFee;
  return { lines, total: sumMoney(amountsOf(lines), currency) };
}

function feeLine({ name, monthlyFee }: Plan): BillLine {
  return {
    kind: 'monthly_fee',
    description: `${name}, monthly fee`,
    quantity: 1n,
    unitAmount: exactValue(monthlyFee),
    amount: monthlyFee,
  };
}

function usageLines(plan: Plan, usage: bigint): BillLine[] {
  const free = plan.overageUnitAmount.numerator === 0n;
  if (free && plan.includedRequests === 0n) return [includedLine(plan, usage)];

  const included = usage < plan.includedRequests ? usage : plan.includedRequests;
  const beyond = usage - included;
  const lines: BillLine[] = [];
  if (plan.includedRequests > 0n) lines.push(includedLine(plan, included));
  if (!free || beyond > 0n) lines.push(overageLine(plan, beyond));
  return lines;
}

function includedLine({ monthlyFee, includedRequests }: Plan, quantity: bigint): BillLine {
  return {
    kind: 'included_usage',
    description: includedRequests === 0n ? 'Requests' : `Requests, ${includedRequests} included`,
    quantity,
    unitAmount: ZERO,
    amount: money(0n, monthlyFee.currency),
  };
}

function overageLine(plan: Plan, quantity: bigint): BillLine {
  const exact = times(rational(quantity), plan.overageUnitAmount);
  return {
    kind: 'overage',
    description: plan.includedRequests === 0n ? 'Requests' : 'Requests beyond the included ones',
    quantity,
    unitAmount: plan.overageUnitAmount,
    amount: roundToMoney(exact, plan.monthlyFee.currency),
  };
}

function amountsOf(lines: readonly BillLine[]): Money[] {
  return lines.map(({ amount }) => amount);
}
