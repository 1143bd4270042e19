/**
 * What a collection of the whole heap has left, in bytes, as a line of `--trace-gc` says it: of
 * `… Mark-Compact 46.6 (72.9) -> 34.4 (72.7) MB, …` the 34.4; undefined for other lines.
 */
export function heapAfterIn(line: string): number | undefined {
  const after = /^\[.*Mark-Compact.*? -> (\d+\.\d+) \(/.exec(line)?.[1];
  return after === undefined ? undefined : Number(after) * 1_048_576;
}
