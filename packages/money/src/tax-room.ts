import { roundTogether } from './allocate.ts';
import type { Currency } from './currency.ts';
import type { Money } from './money.ts';
import type { Rational } from './rational.ts';

/**
 * By how many units the taxes of each inclusive line, all together, may be rounded up before they
 * are more than the line itself. Two taxes of 10 percent on ten lines of a cent are a cent each;
 * both on one line would leave it a net amount below zero. `exact`: the taxes of each line, by code.
 */
export function roomForTaxes(
  lines: readonly { readonly amount: Money }[],
  exact: readonly ReadonlyMap<string, Rational>[],
): bigint[] {
  return lines.map(({ amount }, index) => {
    let room = magnitude(amount.minorUnits);
    // Stryker disable next-line OptionalChaining,ArrayDeclaration: every line has its map
    for (const tax of exact[index]?.values() ?? []) room -= wholeUnits(tax, amount.currency);
    return room;
  });
}

/**
 * Rounds one tax of all lines together, by choice where there is `room`, and takes from it what
 * lines were rounded up by. Without `room`: wherever most was cut off.
 */
export function roundWithin(
  values: readonly Rational[],
  currency: Currency,
  room: bigint[] | undefined,
): Money[] {
  if (room === undefined) return roundTogether(values, currency);
  const taxes = roundTogether(values, currency, (index) => (room[index] ?? 0n) > 0n);
  values.forEach((value, index) => {
    // Stryker disable next-line OptionalChaining: every value has its tax
    const up = magnitude(taxes[index]?.minorUnits ?? 0n) - wholeUnits(value, currency);
    room[index] = (room[index] ?? 0n) - up;
  });
  return taxes;
}

/** The magnitude of a value in major units as minor units, cut towards zero. */
function wholeUnits({ numerator, denominator }: Rational, currency: Currency): bigint {
  return (magnitude(numerator) * 10n ** BigInt(currency.minorUnitDigits)) / denominator;
}

function magnitude(value: bigint): bigint {
  // Stryker disable next-line EqualityOperator: minus zero is zero
  return value < 0n ? -value : value;
}
