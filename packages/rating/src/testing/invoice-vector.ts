import {
  currency,
  type Money,
  moneyToDecimal,
  parseDecimal,
  parseMoney,
  percent,
  type Rounding,
} from '@tollgate/money';
import { type InvoiceTotal, invoiceTotal } from '../index.ts';

/** A case of `vectors/invoices.json`; the README there says what its fields mean. */
export interface InvoiceVector {
  readonly name: string;
  readonly currency: string;
  readonly currency_rounding?: Rounding;
  readonly tax_rounding?: 'per_rate' | 'per_line';
  readonly lines: readonly string[];
  readonly coupons: readonly { percent?: string; amount?: string; lines?: number[] }[];
  readonly rates: readonly { code: string; percent: string; compound?: boolean }[];
  readonly inclusive: boolean;
  readonly credits: readonly {
    id: string;
    source: 'credit_note' | 'wallet';
    available: string;
    priority: number;
    created_at: string;
    expires_at?: string;
  }[];
  readonly result: unknown;
}

/** What the invoice of a vector comes to, in the form of its `result`. */
export function invoiceResult(vector: InvoiceVector): unknown {
  const { taxed, coupons, credits, due, carried } = totalOf(vector);
  return {
    coupons: coupons.applied.map(({ total }) => moneyToDecimal(total)),
    net: moneyToDecimal(taxed.net),
    tax: moneyToDecimal(taxed.tax),
    gross: moneyToDecimal(taxed.gross),
    postings: credits.postings.map(({ id, paid, left }) => ({
      id,
      paid: moneyToDecimal(paid),
      left: moneyToDecimal(left),
    })),
    due: moneyToDecimal(due),
    carried: moneyToDecimal(carried),
  };
}

function totalOf(vector: InvoiceVector): InvoiceTotal {
  const { currency_rounding: rounding, tax_rounding: taxRounding } = vector;
  const scale = currency(vector.currency, rounding === undefined ? {} : { rounding });
  const amount = (text: string): Money => parseMoney(text, scale, { allowNegative: true });
  const at = (text: string) => Temporal.Instant.from(text);
  const taxes = vector.rates.map(({ code }) => code);
  return invoiceTotal({
    currency: scale,
    lines: vector.lines.map((text) => ({ amount: amount(text), taxes })),
    coupons: vector.coupons.map(({ percent: share, amount: text = '', lines }) => ({
      ...(share === undefined
        ? { kind: 'amount', amount: amount(text) }
        : { kind: 'percentage', rate: percent(parseDecimal(share)) }),
      ...(lines !== undefined && { lines }),
    })),
    rates: vector.rates.map(({ percent: rate, ...tax }) => ({
      ...tax,
      rate: percent(parseDecimal(rate)),
    })),
    inclusive: vector.inclusive,
    ...(taxRounding !== undefined && { taxRounding }),
    credits: vector.credits.map(({ available, created_at, expires_at, ...credit }) => ({
      ...credit,
      available: amount(available),
      createdAt: at(created_at),
      ...(expires_at !== undefined && { expiresAt: at(expires_at) }),
    })),
  });
}
