import { exactText, moneyToDecimal, type Rational } from '@tollgate/money';
import type { LineInput } from './line-input.ts';
import type { PriceDocument } from './price-document.ts';
import type { EventSummary, WalkStep } from './pricers/priced.ts';
import type { Explanation, Line } from './rate-line.ts';

/** The one format of a stored line that is written and read. */
export const LINE_FORMAT = 'tollgate.rated-line/1';

/** A rated line with its explanation as plain JSON; exact values as `0.125` or `1/3`. */
export interface LineDocument {
  readonly format: typeof LINE_FORMAT;
  readonly input: LineInputDocument;
  /** Over `input`; `recompute` refuses a line whose input was altered. */
  readonly digest: string;
  readonly steps: StepsDocument;
  readonly rounding: 'half_away_from_zero' | 'half_even';
  readonly currency: string;
  /** What the line adds to the invoice, in major units. */
  readonly amount: string;
}

/** What a line is computed from, as JSON; the fields of `LineInput`. Instants are ISO 8601 in UTC. */
export interface LineInputDocument {
  readonly price: PriceDocument;
  readonly usage:
    | { readonly quantity: string }
    | { readonly events: readonly { id: string; time: string; amount: string }[] };
  readonly share?: string;
  readonly billed?: string;
  readonly interim?: boolean;
  readonly evidence?: { readonly event_count: string; readonly digest: string };
}

/** A `WalkStep` as JSON: exact values in major units, units of the quantity; tiers from 0. */
export interface WalkStepDocument {
  readonly tier: number;
  readonly units: string;
  readonly packages?: string;
  readonly unit_price: string;
  readonly flat_fee?: string;
  readonly amount: string;
}

/** An `Explanation` as JSON; all exact but `rounded`, the amount with the digits of its currency. */
export interface StepsDocument {
  readonly quantity: string;
  readonly free: string;
  readonly billable: string;
  readonly walk: readonly WalkStepDocument[];
  /**
   * An `EventSummary`: `rate_amount` + `fees` + `raised_by` - `cut_by` is `priced`. The allowances
   * stand there when the price has such a free part.
   */
  readonly events?: Readonly<Record<string, string>>;
  readonly priced: string;
  readonly discounted: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly bound?: 'minimum' | 'maximum';
  readonly bounded: string;
  readonly exact: string;
  readonly rounded: string;
}

/** The line with everything it was computed from, to be stored, sent, explained and recomputed. */
export function toLineDocument({ input, digest, explanation, amount }: Line): LineDocument {
  return {
    format: LINE_FORMAT,
    input: inputDocument(input),
    digest,
    steps: stepsDocument(explanation),
    rounding: amount.currency.rounding,
    currency: amount.currency.code,
    amount: moneyToDecimal(amount),
  };
}

function inputDocument({ price, usage, share, billed, interim, evidence }: LineInput) {
  return {
    price: price.document,
    usage:
      usage.events === undefined
        ? { quantity: exactText(usage.quantity) }
        : {
            events: usage.events.map(({ id, time, amount }) => ({
              id,
              time: time.toString(),
              amount: exactText(amount),
            })),
          },
    ...(share !== undefined && { share: exactText(share) }),
    ...(billed !== undefined && { billed: moneyToDecimal(billed) }),
    ...(interim !== undefined && { interim }),
    ...(evidence !== undefined && {
      evidence: { event_count: `${evidence.eventCount}`, digest: evidence.digest },
    }),
  } satisfies LineInputDocument;
}

function stepsDocument(steps: Explanation): StepsDocument {
  const { walk, summary, amount } = steps.priced;
  return {
    quantity: exactText(steps.quantity),
    free: exactText(steps.free),
    billable: exactText(steps.billable),
    walk: walk.map(walkDocument),
    ...(summary && { events: summaryDocument(summary) }),
    priced: exactText(amount),
    discounted: exactText(steps.discounted),
    ...optional('minimum', steps.minimum),
    ...optional('maximum', steps.maximum),
    ...(steps.bound && { bound: steps.bound }),
    bounded: exactText(steps.bounded),
    exact: exactText(steps.exact),
    rounded: moneyToDecimal(steps.rounded),
  };
}

function walkDocument({ tier, units, packages, unitPrice, flatFee, amount }: WalkStep) {
  return {
    tier,
    units: exactText(units),
    ...optional('packages', packages),
    unit_price: exactText(unitPrice),
    ...optional('flat_fee', flatFee),
    amount: exactText(amount),
  } satisfies WalkStepDocument;
}

function summaryDocument(summary: EventSummary): Readonly<Record<string, string>> {
  return {
    all: `${summary.events}`,
    free: `${summary.freeEvents}`,
    charged: `${summary.chargedEvents}`,
    free_amount: exactText(summary.freeAmount),
    charged_amount: exactText(summary.chargedAmount),
    ...optional('event_allowance', summary.eventAllowance),
    ...optional('amount_allowance', summary.amountAllowance),
    rate: exactText(summary.rate),
    rate_amount: exactText(summary.rateAmount),
    fee: exactText(summary.fee),
    fees: exactText(summary.fees),
    raised_to_minimum: `${summary.raisedToMinimum}`,
    raised_by: exactText(summary.raisedBy),
    cut_to_maximum: `${summary.cutToMaximum}`,
    cut_by: exactText(summary.cutBy),
  };
}

function optional<Name extends string>(name: Name, value: Rational | undefined) {
  return (value === undefined ? {} : { [name]: exactText(value) }) as { [key in Name]?: string };
}
