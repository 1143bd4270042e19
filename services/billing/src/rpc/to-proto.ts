import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type {
  CalculateBillResponseSchema,
  PlanSchema,
  SubscriptionSchema,
} from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { moneyToDecimal, toDecimal } from '@tollgate/money';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Plan } from '../domain/plan.ts';
import type { Bill } from '../domain/rate-bill.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Entitlement } from '../store/subscription-store.ts';

/** A plan as the API shows it; amounts are decimal strings. */
export function toProtoPlan(plan: Plan): MessageInitShape<typeof PlanSchema> {
  return {
    planId: plan.planId,
    version: plan.version,
    name: plan.name,
    currency: plan.monthlyFee.currency.code,
    monthlyFee: moneyToDecimal(plan.monthlyFee),
    includedRequests: plan.includedRequests,
    overageUnitAmount: toDecimal(plan.overageUnitAmount),
    limits: plan.limits.map((limit) => ({ ...limit })),
    onLimiterUnavailable: plan.onLimiterUnavailable,
  };
}

/** A subscription as the API shows it, with the period that runs. */
export function toProtoSubscription(
  subscription: Subscription,
  period: BillingPeriod,
): MessageInitShape<typeof SubscriptionSchema> {
  return {
    subscriptionId: subscription.subscriptionId,
    tenantId: subscription.tenantId,
    planId: subscription.plan.planId,
    planVersion: subscription.plan.version,
    status: subscription.status,
    periodStart: toProtoTime(period.start),
    periodEnd: toProtoTime(period.end),
    createTime: toProtoTime(subscription.createTime),
    version: subscription.version,
  };
}

/** What a tenant may do, in full, out of the plan version it is entitled to. */
export function toProtoEntitlements(
  { tenantId, version }: Entitlement,
  plan: Plan,
): MessageInitShape<typeof EntitlementsSchema> {
  return {
    tenantId,
    version,
    planId: plan.planId,
    planVersion: plan.version,
    limits: plan.limits.map((limit) => ({ ...limit })),
    onLimiterUnavailable: plan.onLimiterUnavailable,
    includedRequests: plan.includedRequests,
  };
}

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
