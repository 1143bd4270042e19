import type { TenantId } from '@tollgate/api';
import type { LimiterPolicy, LimitKind, LimitWindow } from '@tollgate/api/words';
import { type Limit, quotaLimit, rateLimit } from './limit.ts';

/** What a tenant may do, ready to decide by. */
export interface Policy {
  readonly tenantId: TenantId;
  /** A policy with a lower version is older news. */
  readonly version: bigint;
  readonly planId: string;
  readonly limits: readonly Limit[];
  /** What to answer while counters cannot be reached. */
  readonly whenUnavailable: LimiterPolicy;
  /** The quantity that usage thresholds refer to. */
  readonly threshold?: { readonly limitId: string; readonly requests: number };
}

/** What Billing says a tenant may do. */
export interface Terms {
  readonly tenantId: TenantId;
  /** Rises by one with each change. */
  readonly version: bigint;
  readonly planId: string;
  readonly planVersion: number;
  readonly limits: readonly TermsLimit[];
  readonly onLimiterUnavailable: LimiterPolicy;
  /** Requests a month that the price includes; 0: none. */
  readonly includedRequests: bigint;
}

/** One limit of a plan. */
export interface TermsLimit {
  readonly limitId: string;
  readonly kind: LimitKind;
  readonly requests: bigint;
  /** `second`, `minute` or `hour` for a rate, `month` for a quota. */
  readonly window: LimitWindow;
  /** For a rate: how many may come at once; 0: as many as `requests`. */
  readonly burst: bigint;
}

const windowSeconds: Readonly<Partial<Record<LimitWindow, number>>> = {
  second: 1,
  minute: 60,
  hour: 3600,
};

/** Limits that a plan may have; two places are kept for a key's own. */
const planLimitsMax = 14;

/**
 * Terms as Billing states them, in the form Metering decides by.
 *
 * @throws RangeError for limits of an unknown kind, beyond the bounds, or too many: nothing is
 *   admitted by a policy that is only half understood.
 */
export function policyOf(terms: Terms): Policy {
  const { limits } = terms;
  if (limits.length > planLimitsMax) throw new RangeError(`more than ${planLimitsMax} limits`);
  const understood = limits.map(limitOf);
  const quota = understood.find(({ kind }) => kind === 'quota');
  const included = Number(terms.includedRequests);
  const threshold =
    quota ?? (included > 0 ? { limitId: 'included-requests', requests: included } : undefined);
  return {
    tenantId: terms.tenantId,
    version: terms.version,
    planId: terms.planId,
    limits: understood,
    whenUnavailable: terms.onLimiterUnavailable === 'allow' ? 'allow' : 'deny',
    ...(threshold
      ? { threshold: { limitId: threshold.limitId, requests: threshold.requests } }
      : {}),
  };
}

function limitOf({ limitId, kind, requests, window, burst }: TermsLimit): Limit {
  if (kind === 'quota' && window === 'month') return quotaLimit(limitId, Number(requests));
  const seconds = windowSeconds[window];
  if (kind !== 'rate' || seconds === undefined) {
    throw new RangeError(`no limit of kind "${kind}" per "${window}" is known`);
  }
  return rateLimit({
    limitId,
    requests: Number(requests),
    windowSeconds: seconds,
    burst: Number(burst),
  });
}
