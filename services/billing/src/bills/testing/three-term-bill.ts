import type { BillLineKind } from '@tollgate/api/words';
import {
  currency,
  exactValue,
  type Money,
  money,
  moneyToDecimal,
  parseDecimal,
  parseMoney,
  type Rational,
  rational,
  roundToMoney,
  sumMoney,
  times,
  toDecimal,
  ZERO,
} from '@tollgate/money';

/** A plan as it was before it had prices: a fee, included requests, a price of the further ones. */
export interface ThreeTermPlan {
  readonly name: string;
  readonly currency: string;
  /** Decimal text, as `unitPrice`. */
  readonly fee: string;
  readonly included: bigint;
  readonly unitPrice: string;
}

/** A bill in the texts of the API. */
export interface ThreeTermBill {
  readonly lines: readonly {
    readonly kind: BillLineKind;
    readonly description: string;
    readonly quantity: bigint;
    readonly unitAmount: string;
    readonly amount: string;
  }[];
  readonly total: string;
}

interface Line {
  readonly kind: BillLineKind;
  readonly description: string;
  readonly quantity: bigint;
  readonly unitAmount: Rational;
  readonly amount: Money;
}

/**
 * Billing's own arithmetic from before it billed by rating, kept as it was: what bills of such plans
 * come to, to compare with.
 */
export function threeTermBill(terms: ThreeTermPlan, usage: bigint): ThreeTermBill {
  const plan = {
    name: terms.name,
    monthlyFee: parseMoney(terms.fee, currency(terms.currency)),
    includedRequests: terms.included,
    overageUnitAmount: parseDecimal(terms.unitPrice),
  };
  const lines = [feeLine(plan), ...usageLines(plan, usage)];
  const amounts = lines.map(({ amount }) => amount);
  return {
    lines: lines.map((line) => ({
      ...line,
      unitAmount:
        line.kind === 'monthly_fee' ? moneyToDecimal(line.amount) : toDecimal(line.unitAmount),
      amount: moneyToDecimal(line.amount),
    })),
    total: moneyToDecimal(sumMoney(amounts, plan.monthlyFee.currency)),
  };
}

interface Plan {
  readonly name: string;
  readonly monthlyFee: Money;
  readonly includedRequests: bigint;
  readonly overageUnitAmount: Rational;
}

function feeLine({ name, monthlyFee }: Plan): Line {
  return {
    kind: 'monthly_fee',
    description: `${name}, monthly fee`,
    quantity: 1n,
    unitAmount: exactValue(monthlyFee),
    amount: monthlyFee,
  };
}

function usageLines(plan: Plan, usage: bigint): Line[] {
  const free = plan.overageUnitAmount.numerator === 0n;
  if (free && plan.includedRequests === 0n) return [includedLine(plan, usage)];

  const included = usage < plan.includedRequests ? usage : plan.includedRequests;
  const beyond = usage - included;
  const lines: Line[] = [];
  if (plan.includedRequests > 0n) lines.push(includedLine(plan, included));
  if (!free || beyond > 0n) lines.push(overageLine(plan, beyond));
  return lines;
}

function includedLine({ monthlyFee, includedRequests }: Plan, quantity: bigint): Line {
  return {
    kind: 'included_usage',
    description: includedRequests === 0n ? 'Requests' : `Requests, ${includedRequests} included`,
    quantity,
    unitAmount: ZERO,
    amount: money(0n, monthlyFee.currency),
  };
}

function overageLine(plan: Plan, quantity: bigint): Line {
  const exact = times(rational(quantity), plan.overageUnitAmount);
  return {
    kind: 'overage',
    description: plan.includedRequests === 0n ? 'Requests' : 'Requests beyond the included ones',
    quantity,
    unitAmount: plan.overageUnitAmount,
    amount: roundToMoney(exact, plan.monthlyFee.currency),
  };
}
