import { PeriodError } from './errors.ts';

/**
 * A stretch of time, half-open: `start` belongs to it, `end` is the first instant that does not.
 * So periods that follow one another share a bound, never an instant. One whose start is not
 * before its end has no instant: nothing lies in it and it has no segments and hours.
 */
export interface Period {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** A period between two instants. Throws EMPTY_PERIOD unless `start` is before `end`. */
export function period(start: Temporal.Instant, end: Temporal.Instant): Period {
  if (isBefore(start, end)) return { start, end };
  const message = `${end} is not after the start ${start}.`;
  throw new PeriodError('EMPTY_PERIOD', [{ field: 'end', rule: 'after_start', message }]);
}

/** Whether the instant lies in the period: at its start yes, at its end no. */
export function contains({ start, end }: Period, instant: Temporal.Instant): boolean {
  return !isBefore(instant, start) && isBefore(instant, end);
}

/** What two periods share, or undefined when they share no instant. */
export function intersection(left: Period, right: Period): Period | undefined {
  const start = isBefore(left.start, right.start) ? right.start : left.start;
  const end = isBefore(left.end, right.end) ? left.end : right.end;
  return isBefore(start, end) ? { start, end } : undefined;
}

/**
 * The segments of a period between changes inside it, in order. Changes may come unordered and
 * twice; those at its bounds or outside cut nothing. Put together, segments are the period again.
 */
export function split(whole: Period, changes: readonly Temporal.Instant[]): Period[] {
  const inside = changes.filter(
    (instant) => isBefore(whole.start, instant) && isBefore(instant, whole.end),
  );
  const bounds = [...inside.sort(Temporal.Instant.compare), whole.end];
  const segments: Period[] = [];
  let start = whole.start;
  for (const end of bounds) {
    if (!isBefore(start, end)) continue;
    segments.push({ start, end });
    start = end;
  }
  return segments;
}

/** Whether two periods have the same bounds. */
export function samePeriod(left: Period, right: Period): boolean {
  return left.start.equals(right.start) && left.end.equals(right.end);
}

/** Whether `left` is earlier than `right`. */
export function isBefore(left: Temporal.Instant, right: Temporal.Instant): boolean {
  return Temporal.Instant.compare(left, right) < 0;
}
