import { currency } from '@tollgate/money';
import { parsePrice } from '@tollgate/rating';
import { type Plan, type PlanPrice, priceVersion } from '../domain/plan.ts';

/** What a sample plan may have other than USD, no fee and free requests. Decimal texts. */
export interface SampleTerms {
  readonly planId?: string;
  readonly name?: string;
  readonly currency?: string;
  readonly fee?: string;
  /** Requests a month that cost nothing. */
  readonly included?: bigint;
  /** Of each further request. */
  readonly unitPrice?: string;
}

/** A plan of one fee and one price per request, as the first two are, without limits. */
export function samplePlan(terms: SampleTerms = {}): Plan {
  const { planId = 'sample', name = 'Sample', currency: code = 'USD', included = 0n } = terms;
  const common = { version: priceVersion({ planId, version: 1 }), currency: code };
  const fee = { ...common, kind: 'flat', amount: terms.fee ?? '0', timing: 'in_advance' };
  const requests = {
    ...common,
    kind: 'per_unit',
    unit_price: terms.unitPrice ?? '0',
    ...(included > 0n && { free_units: `${included}` }),
  };
  return {
    planId,
    version: 1,
    name,
    currency: currency(code),
    prices: [
      { priceId: 'fee', price: parsePrice(fee) },
      { priceId: 'requests', meter: 'requests', price: parsePrice(requests) },
    ] satisfies PlanPrice[],
    limits: [],
    onLimiterUnavailable: 'deny',
  };
}
