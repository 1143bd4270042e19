import type { Meter } from '@tollgate/api/words';
import {
  compare,
  currency,
  decimalViolations,
  isCurrencyCode,
  MoneyError,
  parseDecimal,
  parseMoney,
  rational,
} from '@tollgate/money';
import { parsePrice, priceViolations } from '@tollgate/rating';
import { type PlanPrice, type PlanReference, priceVersion } from './plan.ts';
import { monthlyMinimum } from './plan-terms.ts';
import type { PlanViolation } from './plan-violation.ts';

/** A price as somebody wrote it down. */
export interface PriceDraft {
  readonly priceId: string;
  /** Empty for a fee. */
  readonly meter: Meter | '';
  /** A price document without `version` and `currency`, which are the plan's. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Free requests are a count that entitlements carry on. */
const INCLUDED_MAX = rational(1_000_000_000_000n);

/** Kinds that a count of requests cannot be rated with, and why. */
const UNCOUNTABLE: ReadonlyMap<unknown, string> = new Map([
  ['percentage', 'needs the amounts of events, and requests are only counted.'],
  ['graduated_percentage', 'needs the amounts of events, and requests are only counted.'],
  ['dynamic', 'needs the amounts of events, and requests are only counted.'],
  ['capacity', 'needs a peak, and requests are only counted.'],
]);

/** The prices that drafts describe, or everything that is wrong with them; never both. */
export function definePrices(
  plan: PlanReference & { readonly currency: string },
  drafts: readonly PriceDraft[],
): { readonly prices: readonly PlanPrice[]; readonly violations: readonly PlanViolation[] } {
  const written = drafts.map((draft) => ({ ...draft, document: completed(plan, draft) }));
  const violations = [
    ...written.flatMap((draft, index) =>
      draftViolations(draft).map(({ field, description }) => ({
        field: `prices[${index}].${field}`,
        description,
      })),
    ),
    ...repeated(drafts),
  ];
  if (violations.length > 0 || !isCurrencyCode(plan.currency)) return { prices: [], violations };
  const prices = written.map(({ priceId, meter, document }) => ({
    priceId,
    ...(meter !== '' && { meter }),
    price: parsePrice(document),
  }));
  const beyond = sumViolations(plan.currency, prices);
  return beyond.length > 0 ? { prices: [], violations: beyond } : { prices, violations: [] };
}

/** The document that is kept. A fee is due in advance, unless it says otherwise. */
function completed(
  plan: PlanReference & { readonly currency: string },
  { meter, document }: PriceDraft,
): Readonly<Record<string, unknown>> {
  const timing = meter === '' && document['kind'] === 'flat' ? { timing: 'in_advance' } : {};
  return { ...timing, ...document, version: priceVersion(plan), currency: plan.currency };
}

function draftViolations(draft: PriceDraft): PlanViolation[] {
  // A wrong currency is the plan's mistake, and said once.
  const found = priceViolations(draft.document).filter(({ field }) => field !== 'currency');
  const known = new Set(found.map(({ field }) => field));
  const own = [...meterViolations(draft), ...feeViolations(draft), ...freeUnitViolations(draft)];
  return [
    ...found.map(({ field, message }) => ({ field, description: message })),
    ...own.filter(({ field }) => !known.has(field)),
  ];
}

function meterViolations({ meter, document: { kind } }: PriceDraft): PlanViolation[] {
  const uncountable = UNCOUNTABLE.get(kind);
  if (uncountable !== undefined) return [{ field: 'kind', description: uncountable }];
  if (kind === 'flat' && meter !== '') {
    return [{ field: 'meter', description: 'must be empty: a flat price is a fee.' }];
  }
  if (kind !== 'flat' && meter === '') {
    return [{ field: 'meter', description: 'is missing: only a flat price is a fee.' }];
  }
  return [];
}

/** A fee is charged as it stands, so that it has no more digits than its currency. */
function feeViolations({ document }: PriceDraft): PlanViolation[] {
  const { kind, amount, currency: code } = document;
  if (kind !== 'flat' || typeof amount !== 'string') return [];
  if (typeof code !== 'string' || !isCurrencyCode(code)) return [];
  try {
    parseMoney(amount, currency(code));
    return [];
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    return error.violations.map(({ message }) => ({ field: 'amount', description: message }));
  }
}

function freeUnitViolations({ document: { free_units: units } }: PriceDraft): PlanViolation[] {
  if (typeof units !== 'string') return [];
  const field = 'free_units';
  const limits = { fractionDigitsMax: 0 };
  const fractional = decimalViolations(units, limits);
  if (fractional.length > 0) {
    return fractional.map(({ message }) => ({ field, description: message }));
  }
  if (compare(parseDecimal(units), INCLUDED_MAX) <= 0) return [];
  return [{ field, description: `must not be above ${INCLUDED_MAX.numerator}.` }];
}

function repeated(drafts: readonly PriceDraft[]): PlanViolation[] {
  return drafts.flatMap(({ priceId, meter }, index) => {
    const before = drafts.slice(0, index);
    const broken = (field: string, description: string) => ({
      field: `prices[${index}].${field}`,
      description,
    });
    return [
      ...(before.some((other) => other.priceId === priceId)
        ? [broken('price_id', 'is used by another price.')]
        : []),
      ...(meter !== '' && before.some((other) => other.meter === meter)
        ? [broken('meter', 'is counted by another price.')]
        : []),
    ];
  });
}

/** A bill of a month without usage must be possible; beyond it usage decides. */
function sumViolations(code: string, prices: readonly PlanPrice[]): PlanViolation[] {
  try {
    monthlyMinimum({ currency: currency(code), prices });
    return [];
  } catch (error) {
    if (!(error instanceof MoneyError) || error.reason !== 'OUT_OF_RANGE') throw error;
    const description = 'come, without any usage, to more than any amount we can store.';
    return [{ field: 'prices', description }];
  }
}
