import type { Clock } from '@tollgate/runtime';

/** Failures in a row after which nobody waits for the counters any more. */
const failuresMax = 5;
/** How long nobody asks; then one batch is the probe. */
const pauseMs = 200;

/** Saves callers from waiting for something that does not answer. */
export interface Breaker {
  /** Whether to ask now. After a pause, true once until that probe has an outcome. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

/** A breaker that opens after {@link failuresMax} failures in a row. */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let askAgainMs = 0;
  return {
    allows() {
      if (failures < failuresMax) return true;
      const nowMs = clock.monotonicMs();
      if (nowMs < askAgainMs) return false;
      askAgainMs = nowMs + pauseMs;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      askAgainMs = clock.monotonicMs() + pauseMs;
    },
  };
}
