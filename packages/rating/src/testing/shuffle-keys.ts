/** The same JSON with the keys of every object in another order; `seed` says which. */
export function shuffleKeys(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => shuffleKeys(entry, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, entry], index) => [key, shuffleKeys(entry, seed), rank(seed, index)] as const,
  );
  entries.sort(([, , left], [, , right]) => left - right);
  return Object.fromEntries(entries.map(([key, entry]) => [key, entry]));
}

/** Scatters positions: the steps of a linear congruential generator. */
function rank(seed: number, index: number): number {
  return (((seed >>> 0) % 65_521) * 7_919 + index * 104_729) % 65_521;
}
