import type { LimiterPolicy } from '@tollgate/api/words';
import {
  currency,
  decimalViolations,
  isCurrencyCode,
  type Money,
  MoneyError,
  parseDecimal,
  parseMoney,
} from '@tollgate/money';
import type { Plan, PlanLimit } from './plan.ts';

/** A plan as somebody wrote it down; each field is well-formed, together they may make no sense. */
export interface PlanDraft {
  readonly planId: string;
  readonly name: string;
  /** ISO 4217 code. */
  readonly currency: string;
  /** Decimal text in major units. */
  readonly monthlyFee: string;
  readonly includedRequests: bigint;
  /** Decimal text in major units, at most 12 decimals. */
  readonly overageUnitAmount: string;
  readonly limits: readonly LimitDraft[];
  readonly onLimiterUnavailable: LimiterPolicy;
}

/** A limit as somebody wrote it down; a burst of 0 means as many as `requests`. */
export type LimitDraft = PlanLimit;

/** A rule that a draft breaks; `field` is the path in the request, in snake_case. */
export interface PlanViolation {
  readonly field: string;
  readonly description: string;
}

/** Bound of a burst, also of one that follows from `requests`. */
const BURST_MAX = 1_000_000_000n;

/** The first version of the plan that a draft describes, or everything that is wrong with it. */
export function definePlan(
  draft: PlanDraft,
): { plan: Plan } | { violations: readonly PlanViolation[] } {
  const fee = readFee(draft);
  const violations = [
    ...('violations' in fee ? fee.violations : []),
    ...overageViolations(draft.overageUnitAmount),
    ...draft.limits.flatMap(limitViolations),
    ...repeatedLimits(draft.limits),
  ];
  if ('violations' in fee || violations.length > 0) return { violations };
  return {
    plan: {
      planId: draft.planId,
      version: 1,
      name: draft.name,
      monthlyFee: fee.monthlyFee,
      includedRequests: draft.includedRequests,
      overageUnitAmount: parseDecimal(draft.overageUnitAmount),
      limits: draft.limits.map(withBurst),
      onLimiterUnavailable: draft.onLimiterUnavailable,
    },
  };
}

function readFee(draft: PlanDraft): { monthlyFee: Money } | { violations: PlanViolation[] } {
  if (!isCurrencyCode(draft.currency)) {
    const description = 'is no active ISO 4217 code.';
    return { violations: [{ field: 'currency', description }] };
  }
  try {
    return { monthlyFee: parseMoney(draft.monthlyFee, currency(draft.currency)) };
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    return { violations: violationsOf('monthly_fee', error.violations) };
  }
}

function overageViolations(text: string): PlanViolation[] {
  return violationsOf('overage_unit_amount', decimalViolations(text));
}

/** What the money package says about a text, as what is wrong with a field. */
function violationsOf(field: string, found: readonly { message: string }[]): PlanViolation[] {
  return found.map(({ message }) => ({ field, description: message }));
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
