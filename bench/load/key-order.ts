/** How often which keys are asked about. */
export const distributions = ['uniform', 'zipf', 'hot'] as const;
export type Distribution = (typeof distributions)[number];

/** Traffic of many APIs is about so uneven. */
const zipfExponent = 1.1;

/**
 * Answers the rank, from 0, of the key that the question `at` is about.
 *
 * - `uniform` goes round all keys: none repeats before all were asked, so that a batch has as little
 *   to merge as can be.
 * - `zipf` draws them: the key of rank k comes in proportion to 1 / (k + 1)^1.1.
 * - `hot` is one key.
 *
 * `seed` makes the draws; the same one makes the same load.
 */
export function createKeyOrder(
  distribution: Distribution,
  { keys, seed }: { keys: number; seed: number },
): (at: number) => number {
  if (distribution === 'hot') return () => 0;
  if (distribution === 'uniform') return (at) => at % keys;
  const rankAt = zipfRanks({ keys, exponent: zipfExponent });
  const draw = createDraws(seed);
  return () => rankAt(draw());
}

/**
 * Zipf's distribution as ranks, from 0, by a number from 0 to below 1: the rank k gets the share
 * (k + 1)^-exponent of the sum of all.
 */
export function zipfRanks(of: { keys: number; exponent: number }): (share: number) => number {
  const upTo = new Float64Array(of.keys);
  let sum = 0;
  for (let rank = 0; rank < of.keys; rank += 1) {
    sum += (rank + 1) ** -of.exponent;
    upTo[rank] = sum;
  }
  return (share) => firstAbove(upTo, share * sum);
}

/** Where the first of the rising values stands that is above `value`; the last one at the end. */
function firstAbove(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Draws from 0 to below 1 in steps of 2^-32, by a counter whose bits are mixed. */
function createDraws(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e37_79b9);
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}
