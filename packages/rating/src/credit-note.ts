import {
  compareMoney,
  type Money,
  moneyToDecimal,
  subtractMoney,
  sumMoney,
  type TaxedLine,
} from '@tollgate/money';
import { creditViolations } from './check-credit-note.ts';
import type { CreditedLine, CreditNote, CreditNoteInput } from './credit-note-input.ts';
import { creditable } from './creditable.ts';
import { creditsOfGross, creditsOfNet, creditsOfTotal } from './credited-lines.ts';
import { RatingError, ratingError } from './errors.ts';

/**
 * A credit note over lines of an invoice. It takes its shares from what earlier ones left of each
 * line and each of its taxes, so that any set of them ends at zero at the latest, to the cent. For
 * a net amount n of a line with N left, each tax gives back n / N of what is left of it, rounded
 * once per tax over all lines. A gross amount is split over net and taxes of its line, a total over
 * net and taxes of all lines, in proportion. However many lines there are, each tax of the note is
 * less than a unit off its exact share of a total, at most half a unit over net amounts, and over
 * gross amounts at most half a unit for each tax that their lines have.
 * Throws INVALID_CREDIT_NOTE naming every broken rule, among them more than is left of a line or,
 * where corrections made it less than its lines, of the invoice.
 */
export function creditNote(input: CreditNoteInput): CreditNote {
  const violations = creditViolations(input);
  if (violations.length > 0) throw new RatingError('INVALID_CREDIT_NOTE', violations);
  const { currency, invoice, issued = [] } = input;
  const left = creditable({ currency, invoice, issued });
  const lines = creditedLines(input, left.lines);
  const total = (of: (line: CreditedLine) => Money) => sumMoney(lines.map(of), currency);
  const note = { lines, net: total((line) => line.net), gross: total((line) => line.gross) };
  if (compareMoney(note.gross, left.gross) > 0) {
    const message = `is more than the ${moneyToDecimal(left.gross)} left of the invoice.`;
    throw ratingError('INVALID_CREDIT_NOTE', 'credit', 'within_invoice', message);
  }
  return { ...note, tax: subtractMoney(note.gross, note.net) };
}

/** The lines of a note, before they are compared with what is left of the invoice. */
function creditedLines({ credit, currency }: CreditNoteInput, left: readonly TaxedLine[]) {
  if ('total' in credit) return creditsOfTotal(credit.total, left, currency);
  const requests = credit.toSorted(byLine);
  const gross = creditsOfGross(requests, left, currency);
  return [...gross, ...creditsOfNet(requests, left, currency)].sort(byLine);
}

function byLine(one: { readonly line: number }, other: { readonly line: number }): number {
  return one.line - other.line;
}
