import {
  type Money,
  moneyToDecimal,
  sameCurrency,
  type TaxedLine,
  type Violation,
} from '@tollgate/money';
import type { Report } from './check-fields.ts';
import type {
  CreditedLine,
  CreditNote,
  CreditNoteInput,
  CreditRequest,
} from './credit-note-input.ts';
import { type Creditable, creditable, taxUnits } from './creditable.ts';

/**
 * Every rule that the input of a credit note breaks by itself, by field and rule; what it comes to
 * in all is compared with the invoice afterwards. Currencies first: amounts of different ones cannot
 * be compared.
 */
export function creditViolations(input: CreditNoteInput): Violation[] {
  const violations: Violation[] = [];
  const broken: Report = (field, rule, message) => violations.push({ field, rule, message });
  checkCurrencies(input, broken);
  if (violations.length > 0) return violations;

  const { currency, invoice, issued = [], credit } = input;
  invoice.forEach((line, index) => checkParts(line, `invoice[${index}]`, broken));
  issued.forEach((note, index) => checkIssued(note, invoice, `issued[${index}]`, broken));
  checkHistory(invoice, issued, broken);
  const left = creditable({ currency, invoice, issued });
  if ('total' in credit) checkTotal(credit.total.minorUnits, left, broken);
  else checkRequests(credit, left, broken);
  return violations;
}

function checkCurrencies(input: CreditNoteInput, broken: Report): void {
  const { currency, invoice, issued = [], credit } = input;
  const check = (amounts: readonly Money[], field: string) => {
    if (amounts.every((amount) => sameCurrency(amount.currency, currency))) return;
    broken(field, 'same_currency', `must be in ${currency.code}.`);
  };
  const checkLine = ({ net, taxes, gross }: TaxedLine, field: string) =>
    check([net, ...taxes.map(({ tax }) => tax), gross], field);
  invoice.forEach((line, index) => checkLine(line, `invoice[${index}]`));
  issued.forEach(({ lines }, index) => {
    lines.forEach((line, position) => checkLine(line, `issued[${index}].lines[${position}]`));
  });
  if ('total' in credit) return check([credit.total], 'credit.total');
  credit.forEach(({ amount }, index) => check([amount], `credit[${index}].amount`));
}

function checkParts({ net, taxes, gross }: TaxedLine, field: string, broken: Report): void {
  if (new Set(taxes.map(({ code }) => code)).size !== taxes.length) {
    broken(`${field}.taxes`, 'unique', 'names a tax twice.');
  }
  const sum = taxes.reduce((total, { tax }) => total + tax.minorUnits, net.minorUnits);
  if (sum !== gross.minorUnits)
    broken(field, 'adds_up', 'has net and taxes that are not its gross.');
}

function checkIssued(
  { lines }: CreditNote,
  invoice: readonly TaxedLine[],
  field: string,
  broken: Report,
): void {
  lines.forEach((line: CreditedLine, index) => {
    const path = `${field}.lines[${index}]`;
    checkParts(line, path, broken);
    const invoiced = invoice[line.line];
    if (invoiced === undefined) broken(path, 'existing', 'is of no line of the invoice.');
    else checkCodes(line, invoiced, `${path}.taxes`, broken);
    const parts = [line.net, ...line.taxes.map(({ tax }) => tax)];
    if (parts.some(({ minorUnits }) => minorUnits < 0n)) {
      broken(path, 'not_negative', 'must not be negative.');
    }
  });
}

function checkCodes(line: TaxedLine, invoiced: TaxedLine, field: string, broken: Report): void {
  const known = new Set(invoiced.taxes.map(({ code }) => code));
  for (const { code } of line.taxes) {
    if (!known.has(code)) broken(field, 'known', `names "${code}", no tax of the invoiced line.`);
  }
}

/** Credit notes that took too much already are somebody's mistake: nothing more is credited. */
function checkHistory(
  invoice: readonly TaxedLine[],
  issued: readonly CreditNote[],
  broken: Report,
): void {
  const byLine = Map.groupBy(
    issued.flatMap((note) => note.lines),
    ({ line }) => line,
  );
  invoice.forEach((line, index) => {
    const own = byLine.get(index) ?? [];
    const exceeds = (of: (entry: TaxedLine) => bigint) => {
      const taken = own.reduce((sum, entry) => sum + of(entry), 0n);
      return taken > 0n && taken > of(line);
    };
    const isTooMuch =
      exceeds(({ gross }) => gross.minorUnits) ||
      exceeds(({ net }) => net.minorUnits) ||
      line.taxes.some(({ code }) => exceeds((entry) => taxUnits(entry, code)));
    if (isTooMuch) broken('issued', 'within_line', `took more from line ${index} than it has.`);
  });
}

function checkTotal(units: bigint, { gross }: Creditable, broken: Report): void {
  const field = 'credit.total';
  if (units <= 0n) broken(field, 'positive', 'must be above zero.');
  if (units <= gross.minorUnits) return;
  broken(field, 'within_invoice', `is more than the ${moneyToDecimal(gross)} left of the invoice.`);
}

function checkRequests(
  requests: readonly CreditRequest[],
  { lines }: Creditable,
  broken: Report,
): void {
  if (requests.length === 0) broken('credit', 'lines_min_1', 'must name at least one line.');
  const seen = new Set<number>();
  requests.forEach(({ line, amount, of }, index) => {
    const field = `credit[${index}]`;
    if (amount.minorUnits <= 0n) broken(`${field}.amount`, 'positive', 'must be above zero.');
    if (seen.has(line)) broken(`${field}.line`, 'unique', `names line ${line} twice.`);
    seen.add(line);
    const left = lines[line];
    if (left === undefined) {
      broken(`${field}.line`, 'existing', `line ${line} is none of the invoice.`);
    }
    if (of !== 'net' && of !== 'gross') {
      broken(`${field}.of`, 'known', 'must be net or gross.');
    } else if (left !== undefined && amount.minorUnits > left[of].minorUnits) {
      const rest = `${of} ${moneyToDecimal(left[of])}`;
      broken(`${field}.amount`, 'within_line', `is more than the ${rest} left of line ${line}.`);
    }
  });
}
