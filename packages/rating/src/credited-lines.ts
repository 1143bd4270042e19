import {
  allocateWithin,
  type Currency,
  dividedBy,
  exactValue,
  type Money,
  money,
  roundTogether,
  sumMoney,
  type TaxedLine,
  times,
  ZERO,
} from '@tollgate/money';
import type { CreditedLine, CreditRequest } from './credit-note-input.ts';
import { splitInTurn } from './split-in-turn.ts';

/**
 * A total over all that is left of an invoice: by largest remainder first over its net amount and
 * its taxes as a whole, so that none is a unit off its exact share however many lines there are;
 * then each in turn over the lines, by `splitInTurn`, so that every line gets its part of the total.
 */
export function creditsOfTotal(
  total: Money,
  left: readonly TaxedLine[],
  currency: Currency,
): CreditedLine[] {
  const room = roomByPart(left);
  const sums = [...room.values()].map((lines) => [...lines.values()].reduce(sumOfTwo, 0n));
  const wholes = allocateWithin(
    money(total.minorUnits, currency),
    sums.map((units) => money(units, currency)),
  );
  const splits = splitInTurn(
    [...room.values()].map((parts, at) => ({ whole: wholes[at]?.minorUnits ?? 0n, parts })),
  );
  const shares = new Map([...room.keys()].map((part, at) => [part, splits[at]]));
  return left.flatMap(({ taxes }, line) => {
    const amount = (part: string) => money(shares.get(part)?.get(line) ?? 0n, currency);
    const credited = creditedLine(line, taxes, amount, currency);
    return credited.gross.minorUnits > 0n ? [credited] : [];
  });
}

/** Amounts with taxes, each split over its own line, in the order of the lines: `splitInTurn`. */
export function creditsOfGross(
  requests: readonly CreditRequest[],
  left: readonly TaxedLine[],
  currency: Currency,
): CreditedLine[] {
  const concerned = requests.flatMap(({ line, amount, of }) => {
    const rest = left[line];
    if (of !== 'gross' || rest === undefined) return [];
    return [{ line, taxes: rest.taxes, whole: amount.minorUnits, parts: partsOf(rest) }];
  });
  const splits = splitInTurn(concerned);
  return concerned.map(({ line, taxes }, at) => {
    const amount = (part: string) => money(splits[at]?.get(part) ?? 0n, currency);
    return creditedLine(line, taxes, amount, currency);
  });
}

/** Amounts without taxes: n of N gives back n / N of each tax, rounded once over all lines. */
export function creditsOfNet(
  requests: readonly CreditRequest[],
  left: readonly TaxedLine[],
  currency: Currency,
): CreditedLine[] {
  const shares = requests.flatMap(({ line, amount, of }) => {
    const rest = left[line];
    if (of !== 'net' || rest === undefined) return [];
    const share = dividedBy(exactValue(amount), exactValue(rest.net));
    return [{ line, net: money(amount.minorUnits, currency), taxes: rest.taxes, share }];
  });
  const rounded = new Map(
    [...new Set(shares.flatMap(({ taxes }) => taxes.map(({ code }) => code)))].map((code) => {
      const exact = shares.map(({ taxes, share }) => {
        const tax = taxOf(taxes, code);
        return tax === undefined ? ZERO : times(exactValue(tax), share);
      });
      return [partOf(code), roundTogether(exact, currency)];
    }),
  );
  return shares.map(({ line, net, taxes }, index) => {
    const amount = (part: string) => rounded.get(part)?.[index] ?? net;
    return creditedLine(line, taxes, amount, currency);
  });
}

type Taxes = TaxedLine['taxes'];

const NET = 'net';
const partOf = (code: string) => `tax ${code}`;

/** The parts of a line by name, net first, in smallest units. */
function partsOf({ net, taxes }: TaxedLine): Map<string, bigint> {
  const parts = new Map([[NET, net.minorUnits]]);
  for (const { code, tax } of taxes) parts.set(partOf(code), tax.minorUnits);
  return parts;
}

/** By part, net first, what each line that has it has left of it. */
function roomByPart(left: readonly TaxedLine[]): Map<string, Map<number, bigint>> {
  const room = new Map([[NET, new Map<number, bigint>()]]);
  left.forEach((line, at) => {
    for (const [part, units] of partsOf(line)) {
      const lines = room.get(part) ?? new Map<number, bigint>();
      room.set(part, lines.set(at, units));
    }
  });
  return room;
}

function creditedLine(
  line: number,
  taxes: Taxes,
  amount: (part: string) => Money,
  currency: Currency,
): CreditedLine {
  const net = amount(NET);
  const parts = taxes.map(({ code }) => ({ code, tax: amount(partOf(code)) }));
  const gross = sumMoney([net, ...parts.map(({ tax }) => tax)], currency);
  return { line, net, taxes: parts, gross };
}

function taxOf(taxes: Taxes, code: string): Money | undefined {
  return taxes.find((entry) => entry.code === code)?.tax;
}

function sumOfTwo(left: bigint, right: bigint): bigint {
  return left + right;
}
