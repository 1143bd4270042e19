/** Choices that a seed determines. */
export interface Random {
  /** A whole number from 0 up to, and without, `bound` (at most 2^32). */
  below(bound: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  bytes(count: number): Buffer;
}

/** Mulberry32: small, fast, and good enough to choose what to break. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (bound: number) => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[0],
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}
