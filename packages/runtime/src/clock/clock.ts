/**
 * The only source of time. Everything that asks for the time takes a `Clock`, so that tests and test
 * environments can move it.
 */
export interface Clock {
  /** The present instant. May jump when the machine's clock is set. */
  now(): Temporal.Instant;
  /** Milliseconds since an arbitrary start; never jumps back. For durations and deadlines. */
  monotonicMs(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still until it is moved. */
export interface FixedClock extends Clock {
  /** Moves both readings forward by a duration, e.g. `{ minutes: 5 }`. */
  advance(by: Temporal.DurationLike): void;
  /** Moves the instant to any point; the monotonic reading follows forward moves only. */
  set(instant: Temporal.Instant | string): void;
}

/** A clock for tests. `start` is an ISO instant such as `2026-01-31T12:00:00Z`. */
export function fixedClock(start: Temporal.Instant | string): FixedClock {
  let instant = Temporal.Instant.from(start);
  let monotonic = 0;
  function set(to: Temporal.Instant | string): void {
    const next = Temporal.Instant.from(to);
    monotonic += Math.max(0, next.epochMilliseconds - instant.epochMilliseconds);
    instant = next;
  }
  return {
    now: () => instant,
    monotonicMs: () => monotonic,
    advance: (by) => set(instant.add(by)),
    set,
  };
}
