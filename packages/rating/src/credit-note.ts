import {
  allocateWithin,
  type Currency,
  compareMoney,
  dividedBy,
  exactValue,
  type Money,
  moneyToDecimal,
  roundTogether,
  sumMoney,
  type TaxedLine,
  times,
  ZERO,
} from '@tollgate/money';
import { creditViolations } from './check-credit-note.ts';
import { creditable } from './creditable.ts';
import { RatingError, ratingError } from './errors.ts';

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

/**
 * A credit note over lines of an invoice. It takes its shares from what earlier ones left of each
 * line and each of its taxes, so that any set of them ends at zero at the latest, to the cent. For
 * a net amount n of a line with N left, each tax gives back n / N of what is left of it, rounded
 * once per tax over all lines; a gross amount is split over net and taxes by largest remainder.
 * Throws INVALID_CREDIT_NOTE naming every broken rule, among them more than is left of a line or,
 * where corrections made it less than its lines, of the invoice.
 */
export function creditNote(input: CreditNoteInput): CreditNote {
  const violations = creditViolations(input);
  if (violations.length > 0) throw new RatingError('INVALID_CREDIT_NOTE', violations);
  const { currency, invoice, issued = [] } = input;
  const left = creditable({ currency, invoice, issued });
  const requests = requestsOf(input, left.lines);
  const lines = [
    ...grossCredits(requests, left.lines),
    ...netCredits(requests, left.lines, currency),
  ].sort((one, other) => one.line - other.line);

  const total = (of: (line: CreditedLine) => Money) => sumMoney(lines.map(of), currency);
  const note = { lines, net: total((line) => line.net), gross: total((line) => line.gross) };
  if (compareMoney(note.gross, left.gross) > 0) {
    const message = `is more than the ${moneyToDecimal(left.gross)} left of the invoice.`;
    throw ratingError('INVALID_CREDIT_NOTE', 'credit', 'within_invoice', message);
  }
  return { ...note, tax: total((line) => taxOf(line, currency)) };
}

/** A total is spread over the lines in proportion to what is left of them. */
function requestsOf(
  { credit }: CreditNoteInput,
  left: readonly TaxedLine[],
): readonly CreditRequest[] {
  if (!('total' in credit)) return credit;
  const parts = allocateWithin(
    credit.total,
    left.map(({ gross }) => gross),
  );
  return parts.flatMap((amount, line) =>
    amount.minorUnits > 0n ? [{ line, amount, of: 'gross' as const }] : [],
  );
}

function grossCredits(
  requests: readonly CreditRequest[],
  left: readonly TaxedLine[],
): CreditedLine[] {
  return requests.flatMap(({ line, amount, of }) => {
    const rest = left[line];
    if (of !== 'gross' || rest === undefined) return [];
    const [net = amount, ...parts] = allocateWithin(amount, [
      rest.net,
      ...rest.taxes.map(({ tax }) => tax),
    ]);
    const taxes = rest.taxes.map(({ code }, index) => ({ code, tax: parts[index] ?? amount }));
    return [{ line, net, taxes, gross: amount }];
  });
}

function netCredits(
  requests: readonly CreditRequest[],
  left: readonly TaxedLine[],
  currency: Currency,
): CreditedLine[] {
  const shares = requests.flatMap(({ line, amount, of }) => {
    const rest = left[line];
    if (of !== 'net' || rest === undefined) return [];
    const share = dividedBy(exactValue(amount), exactValue(rest.net));
    return [{ line, net: amount, taxes: rest.taxes, share }];
  });
  const codes = new Set(shares.flatMap(({ taxes }) => taxes.map(({ code }) => code)));
  const rounded = new Map(
    [...codes].map((code) => {
      const exact = shares.map(({ taxes, share }) => {
        const tax = taxes.find((entry) => entry.code === code)?.tax;
        return tax === undefined ? ZERO : times(exactValue(tax), share);
      });
      return [code, roundTogether(exact, currency)];
    }),
  );
  return shares.map(({ line, net, taxes: rest }, index) => {
    const taxes = rest.map(({ code, tax }) => ({ code, tax: rounded.get(code)?.[index] ?? tax }));
    const gross = sumMoney([net, ...taxes.map(({ tax }) => tax)], currency);
    return { line, net, taxes, gross };
  });
}

function taxOf({ taxes }: CreditedLine, currency: Currency): Money {
  return sumMoney(
    taxes.map(({ tax }) => tax),
    currency,
  );
}
