/** An amount to split over the named parts of something: at most all of them, none below zero. */
export interface AmountToSplit<Name> {
  /** Smallest units, like all amounts here. */
  readonly whole: bigint;
  readonly parts: ReadonlyMap<Name, bigint>;
}

/**
 * Splits amounts one after another, each over its parts in proportion to them, so that what a part
 * of the same name gets of all of them comes out right, too. Every share is its exact one rounded
 * down or up, and so within the part. Of one amount those are rounded up of which most is missing by
 * then, in the amounts before it and in this one together, the earlier part if equal.
 *
 * However many amounts there are, what a part gets of them all differs from the exact sum by at most
 * (k - 1) / 2 units, where k is the number of different parts: half a unit for a net amount and one
 * tax; less than a unit for two taxes. (By induction over the amounts: what is missing of any m
 * parts together never exceeds m (k - m) / 2, because what is rounded down then misses at most a
 * unit more than what is rounded up in its place.)
 */
export function splitInTurn<Name>(amounts: readonly AmountToSplit<Name>[]): Map<Name, bigint>[] {
  // Of parts that are all nothing nothing is taken: any sum will do.
  const sums = amounts.map(({ parts }) => sumOf(parts.values()) || 1n);
  // One unit is this many: what is missing of a part is a whole number over all amounts.
  const scale = sums.reduce((common, sum) => (common / divisor(common, sum)) * sum, 1n);
  const missing = new Map<Name, bigint>();
  return amounts.map(({ whole, parts }, index) => {
    const sum = sums[index] ?? 1n;
    const shares = [...parts].map(([name, size]) => {
      const units = (whole * size) / sum;
      const rest = (whole * size - units * sum) * (scale / sum);
      return { name, units, rest, due: rest + (missing.get(name) ?? 0n) };
    });
    const up = whole - sumOf(shares.map(({ units }) => units));
    const raised = new Set(
      shares
        .filter(({ rest }) => rest > 0n)
        .sort((one, other) => (one.due === other.due ? 0 : one.due > other.due ? -1 : 1))
        .filter((_, position) => BigInt(position) < up),
    );
    for (const share of shares) {
      missing.set(share.name, raised.has(share) ? share.due - scale : share.due);
    }
    return new Map(
      shares.map((share) => [share.name, raised.has(share) ? share.units + 1n : share.units]),
    );
  });
}

function sumOf(units: Iterable<bigint>): bigint {
  let total = 0n;
  for (const each of units) total += each;
  return total;
}

/** Euclid's algorithm. */
function divisor(left: bigint, right: bigint): bigint {
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}
