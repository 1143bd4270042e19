import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { CalculateBillResponseSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { moneyToDecimal, toDecimal } from '@tollgate/money';
import { explain, toLineDocument } from '@tollgate/rating';
import type { Plan } from '../catalogue/domain/plan.ts';
import type { BillingPeriod } from '../subscriptions/domain/billing-period.ts';
import type { Bill, BillLine } from './domain/bill-month.ts';

/** A rated month as the API shows it. */
export function toProtoBill(
  bill: Bill,
  facts: { readonly plan: Plan; readonly period: BillingPeriod; readonly usage: bigint },
): MessageInitShape<typeof CalculateBillResponseSchema> {
  return {
    currency: bill.total.currency.code,
    lines: bill.lines.map(toProtoLine),
    total: moneyToDecimal(bill.total),
    periodStart: toProtoTime(facts.period.start),
    periodEnd: toProtoTime(facts.period.end),
    planId: facts.plan.planId,
    planVersion: facts.plan.version,
    quantity: facts.usage,
  };
}

function toProtoLine(line: BillLine) {
  const { description, kind, quantity, amount, priceId = '', rated } = line;
  return {
    description,
    kind,
    quantity,
    unitAmount: unitAmountOf(line),
    amount: moneyToDecimal(amount),
    priceId,
    explanation: rated === undefined ? [] : explain(toLineDocument(rated)).split('\n'),
  };
}

/** A fee is one unit of itself, with the digits of its currency. */
function unitAmountOf({ kind, unitAmount, amount }: BillLine): string {
  if (kind === 'monthly_fee') return moneyToDecimal(amount);
  return unitAmount === undefined ? '' : toDecimal(unitAmount);
}
