/** The middle one of some numbers, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [
    sorted[Math.ceil(middle) - 1],
    sorted[Math.floor(middle)],
  ];
  return (low + high) / 2;
}

/** The value below which `share` (0 to 1) of the values lie; NaN of none. */
export function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median of a figure over the rounds. */
export function middle<Run>(runs: readonly Run[], of: (run: Run) => number): number {
  return median(runs.map(of));
}

/** A figure of ours by the same of another's, round by round: both were measured side by side. */
export function ratios<Run>(
  ours: readonly Run[],
  others: readonly Run[],
  of: (run: Run) => number,
): number[] {
  return ours.flatMap((run, round) => {
    const other = others[round];
    return other === undefined ? [] : [of(run) / of(other)];
  });
}
