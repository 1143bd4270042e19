/** A span of time in which usage is added up, and begins at nothing in the next: half-open. */
export interface UsageWindow {
  /** What kind of window it is; below 256. Its number stands in Redis. */
  readonly id: number;
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly endUs: number;
}

/** Of calendar months in UTC, the only kind so far. */
const monthId = 1;

/** The calendar month (UTC) that holds an instant, given in microseconds since 1970. */
export function monthAt(nowUs: number): UsageWindow {
  const instant = new Date(Math.floor(nowUs / 1_000));
  const [year, month] = [instant.getUTCFullYear(), instant.getUTCMonth()];
  return {
    id: monthId,
    startUs: Date.UTC(year, month) * 1_000,
    endUs: Date.UTC(year, month + 1) * 1_000,
  };
}
