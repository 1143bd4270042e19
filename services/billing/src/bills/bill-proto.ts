import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { CalculateBillResponseSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { moneyToDecimal, toDecimal } from '@tollgate/money';
import type { Plan } from '../catalogue/domain/plan.ts';
import type { BillingPeriod } from '../subscriptions/domain/billing-period.ts';
import type { Bill } from './domain/rate-bill.ts';

/** A rated month as the API shows it. */
export function toProtoBill(
  bill: Bill,
  facts: { readonly plan: Plan; readonly period: BillingPeriod; readonly usage: bigint },
): MessageInitShape<typeof CalculateBillResponseSchema> {
  return {
    currency: bill.total.currency.code,
    lines: bill.lines.map(({ description, kind, quantity, unitAmount, amount }) => ({
      description,
      kind,
      quantity,
      unitAmount: kind === 'monthly_fee' ? moneyToDecimal(amount) : toDecimal(unitAmount),
      amount: moneyToDecimal(amount),
    })),
    total: moneyToDecimal(bill.total),
    periodStart: toProtoTime(facts.period.start),
    periodEnd: toProtoTime(facts.period.end),
    planId: facts.plan.planId,
    planVersion: facts.plan.version,
    quantity: facts.usage,
  };
}
