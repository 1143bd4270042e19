/** Whose turn it is in a round; each round begins with another, so that nobody has the best place. */
export function inTurn(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, at) => (at + round) % count);
}
