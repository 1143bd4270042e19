import type { LimiterPolicy } from '@tollgate/api/words';
import { currency, isCurrencyCode } from '@tollgate/money';
import { definePrices, type PriceDraft } from './define-prices.ts';
import type { Plan, PlanLimit } from './plan.ts';
import type { PlanViolation } from './plan-violation.ts';

/** A plan as somebody wrote it down; each field is well-formed, together they may make no sense. */
export interface PlanDraft {
  readonly planId: string;
  readonly name: string;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly prices: readonly PriceDraft[];
  readonly limits: readonly LimitDraft[];
  readonly onLimiterUnavailable: LimiterPolicy;
}

/** A limit as somebody wrote it down; a burst of 0 means as many as `requests`. */
export type LimitDraft = PlanLimit;

/** Bound of a burst, also of one that follows from `requests`. */
const BURST_MAX = 1_000_000_000n;

/** The first version of the plan that a draft describes, or everything that is wrong with it. */
export function definePlan(
  draft: PlanDraft,
): { plan: Plan } | { violations: readonly PlanViolation[] } {
  const reference = { planId: draft.planId, version: 1 };
  const { prices, violations: priced } = definePrices(
    { ...reference, currency: draft.currency },
    draft.prices,
  );
  const violations = [
    ...currencyViolations(draft.currency),
    ...priced,
    ...draft.limits.flatMap(limitViolations),
    ...repeatedLimits(draft.limits),
  ];
  if (violations.length > 0) return { violations };
  return {
    plan: {
      ...reference,
      name: draft.name,
      currency: currency(draft.currency),
      prices,
      limits: draft.limits.map(withBurst),
      onLimiterUnavailable: draft.onLimiterUnavailable,
    },
  };
}

function currencyViolations(code: string): PlanViolation[] {
  if (isCurrencyCode(code)) return [];
  return [{ field: 'currency', description: 'is no active ISO 4217 code.' }];
}

function limitViolations(limit: LimitDraft, index: number): PlanViolation[] {
  const broken = (field: string, description: string) => ({
    field: `limits[${index}].${field}`,
    description,
  });
  if (limit.kind === 'quota') {
    return [
      ...(limit.window === 'month' ? [] : [broken('window', 'must be `month` for a quota.')]),
      ...(limit.burst === 0n ? [] : [broken('burst', 'must be 0 for a quota.')]),
    ];
  }
  const unbounded = limit.burst === 0n && limit.requests > BURST_MAX;
  return [
    ...(limit.window !== 'month'
      ? []
      : [broken('window', 'must be `second`, `minute` or `hour` for a rate.')]),
    ...(unbounded ? [broken('burst', `must be given above ${BURST_MAX} requests.`)] : []),
  ];
}

function repeatedLimits(limits: readonly LimitDraft[]): PlanViolation[] {
  return limits.flatMap(({ limitId }, index) =>
    limits.findIndex((other) => other.limitId === limitId) === index
      ? []
      : [{ field: `limits[${index}].limit_id`, description: 'is used by another limit.' }],
  );
}

function withBurst(limit: LimitDraft): PlanLimit {
  if (limit.kind === 'quota' || limit.burst > 0n) return limit;
  return { ...limit, burst: limit.requests };
}
