import { roundTogether } from './allocate.ts';
import type { Currency } from './currency.ts';
import { type Money, money } from './money.ts';
import type { Rational } from './rational.ts';

/**
 * Rounds the taxes of inclusive lines: each tax once in its sum, split by largest remainder, so that
 * all taxes of a line together are not more than the line itself. Two taxes of 10 percent on ten
 * lines of a cent are a cent each; both on one line would leave it a net amount below zero.
 *
 * Tax by tax, units go first to lines that have room for one; where an early tax took the room that
 * a later one needs, units are moved along chains of lines until no line is over its amount. When
 * the taxes of every line are at most as much as its net amount, exactly, such a choice always
 * exists: each tax is rounded up by at most a half in all, which the net amounts have room for, and
 * a flow within whole bounds can be had in whole units. Beyond that it may not, and a line may stay
 * over. `exact`: for each tax, its value on each line in major units.
 */
export function roundWithin(
  amounts: readonly Money[],
  exact: readonly (readonly Rational[])[],
  currency: Currency,
): Money[][] {
  const scale = 10n ** BigInt(currency.minorUnitDigits);
  const taxes = exact.map((values) => values.map((value) => cutTo(scale, value)));
  const room = amounts.map(({ minorUnits }, line) =>
    taxes.reduce((left, cuts) => left - (cuts[line]?.whole ?? 0n), magnitude(minorUnits)),
  );
  exact.forEach((values, tax) => {
    const rounded = roundTogether(values, currency, (line) => (room[line] ?? 0n) > 0n);
    taxes[tax]?.forEach((cut, line) => {
      cut.isRaised = magnitude(rounded[line]?.minorUnits ?? 0n) > cut.whole;
      if (cut.isRaised) room[line] = (room[line] ?? 0n) - 1n;
    });
  });
  for (let line = 0; line < room.length; line += 1) {
    while ((room[line] ?? 0n) < 0n && moveUnit(line, taxes, room)) continue;
  }
  return taxes.map((cuts) => cuts.map((cut) => money(amountOf(cut), currency)));
}

/** One tax of one line in minor units: cut to a whole number, and whether one is added to that. */
interface CutTax {
  readonly side: 1n | -1n;
  readonly whole: bigint;
  readonly hasFraction: boolean;
  isRaised: boolean;
}

interface Step {
  readonly from: number;
  readonly tax: number;
}

/**
 * Takes a unit of a tax from line `start`, gives it to another line that the tax was cut on, and so
 * on from there, until a line had room. The shortest chain; taxes in their order, then lines in
 * theirs. False when there is none, and then nothing was moved.
 */
function moveUnit(start: number, taxes: readonly (readonly CutTax[])[], room: bigint[]): boolean {
  const steps = new Map<number, Step | undefined>([[start, undefined]]);
  const spent = new Set<number>();
  // Grows while it is gone through: lines are looked at in the order in which they were reached.
  for (const from of steps.keys()) {
    for (const [tax, cuts] of taxes.entries()) {
      const given = cuts[from];
      if (given?.isRaised !== true || spent.has(tax)) continue;
      spent.add(tax);
      for (const [line, cut] of cuts.entries()) {
        const canTake = cut.hasFraction && !cut.isRaised && cut.side === given.side;
        if (!canTake || steps.has(line)) continue;
        steps.set(line, { from, tax });
        if ((room[line] ?? 0n) <= 0n) continue;
        follow(line, steps, taxes);
        room[start] = (room[start] ?? 0n) + 1n;
        room[line] = (room[line] ?? 0n) - 1n;
        return true;
      }
    }
  }
  return false;
}

/** Moves a unit along each step of the chain that ends at `last`. */
function follow(
  last: number,
  steps: ReadonlyMap<number, Step | undefined>,
  taxes: readonly (readonly CutTax[])[],
): void {
  let line = last;
  for (let step = steps.get(line); step !== undefined; step = steps.get(line)) {
    const [taken, given] = [taxes[step.tax]?.[line], taxes[step.tax]?.[step.from]];
    if (taken !== undefined) taken.isRaised = true;
    if (given !== undefined) given.isRaised = false;
    line = step.from;
  }
}

function cutTo(scale: bigint, { numerator, denominator }: Rational): CutTax {
  const units = magnitude(numerator) * scale;
  return {
    side: numerator < 0n ? -1n : 1n,
    whole: units / denominator,
    hasFraction: units % denominator !== 0n,
    isRaised: false,
  };
}

function amountOf({ side, whole, isRaised }: CutTax): bigint {
  return side * (isRaised ? whole + 1n : whole);
}

function magnitude(value: bigint): bigint {
  // Stryker disable next-line EqualityOperator: minus zero is zero
  return value < 0n ? -value : value;
}
