import {
  allocateWithin,
  type Currency,
  compareMoney,
  type Money,
  money,
  sumMoney,
  type TaxedLine,
} from '@tollgate/money';
import type { CreditNote } from './credit-note-input.ts';

/** What credit notes may still take. No amount is below zero. */
export interface Creditable {
  /** In the order of the invoice's lines, parts adding up; nothing of a line below zero itself. */
  readonly lines: readonly TaxedLine[];
  /** Of the invoice, taxes included: less than its lines where some of them are negative. */
  readonly gross: Money;
}

/**
 * What is left of an invoice and of each of its lines and their taxes after the credit notes that
 * were issued for it. All amounts must be in the one currency. Throws MoneyError OUT_OF_RANGE.
 */
export function creditable({
  currency,
  invoice,
  issued,
}: {
  readonly currency: Currency;
  readonly invoice: readonly TaxedLine[];
  readonly issued: readonly CreditNote[];
}): Creditable {
  const credited = issued.flatMap((note) => note.lines);
  const byLine = Map.groupBy(credited, ({ line }) => line);
  // Stryker disable next-line EqualityOperator: zero is zero
  const above = (units: bigint) => money(units > 0n ? units : 0n, currency);
  const lines = invoice.map((line, index): TaxedLine => {
    const own = byLine.get(index) ?? [];
    const left = (of: (entry: TaxedLine) => bigint) =>
      above(own.reduce((rest, entry) => rest - of(entry), of(line)));
    return withinGross({
      net: left(({ net }) => net.minorUnits),
      taxes: line.taxes.map(({ code }) => ({ code, tax: left((entry) => taxUnits(entry, code)) })),
      gross: left(({ gross }) => gross.minorUnits),
    });
  });
  const total = (entries: readonly TaxedLine[]) =>
    entries.reduce((sum, { gross }) => sum + gross.minorUnits, 0n);
  return { lines, gross: above(total(invoice) - total(credited)) };
}

/** Where a part of the line is below zero, the others are more than the line: cut in proportion. */
function withinGross(line: TaxedLine): TaxedLine {
  const parts = [line.net, ...line.taxes.map(({ tax }) => tax)];
  if (compareMoney(sumMoney(parts, line.gross.currency), line.gross) <= 0) return line;
  const [net = line.net, ...taxes] = allocateWithin(line.gross, parts);
  return {
    ...line,
    net,
    taxes: line.taxes.map(({ code }, at) => ({ code, tax: taxes[at] ?? net })),
  };
}

/** A tax of a line by its code, in smallest units; zero when it has none. */
export function taxUnits({ taxes }: TaxedLine, code: string): bigint {
  return taxes.find((entry) => entry.code === code)?.tax.minorUnits ?? 0n;
}
