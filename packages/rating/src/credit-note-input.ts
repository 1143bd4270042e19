import type { Currency, Money, TaxedLine } from '@tollgate/money';

/** What is to be credited of one line of the invoice. */
export interface CreditRequest {
  /** Position of the line in the invoice, from 0. */
  readonly line: number;
  /** Above zero, at most what is left of the line. */
  readonly amount: Money;
  /** Whether `amount` stands without the line's taxes, which come on top, or with them. */
  readonly of: 'net' | 'gross';
}

/** What `creditNote` takes: the invoice, what was credited of it, and what is to be credited. */
export interface CreditNoteInput {
  readonly currency: Currency;
  /** The lines of the invoice as it was issued: `taxed.lines` of its total. */
  readonly invoice: readonly TaxedLine[];
  /** All credit notes issued for this invoice before, in any order. Default none. */
  readonly issued?: readonly CreditNote[];
  /** Some lines, each once; or an amount with taxes to spread over all that is left of them. */
  readonly credit: readonly CreditRequest[] | { readonly total: Money };
}

/** What a credit note takes off one line; net and taxes add up to gross. */
export interface CreditedLine extends TaxedLine {
  /** Position of the line in the invoice, from 0. */
  readonly line: number;
}

/** What the customer gets back: no amount is below zero, parts add up everywhere. */
export interface CreditNote {
  /** In the order of the invoice's lines. */
  readonly lines: readonly CreditedLine[];
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}
