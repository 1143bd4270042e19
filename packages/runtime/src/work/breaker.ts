import type { Clock } from '../clock/clock.ts';

/** Saves callers from waiting for something that does not answer. */
export interface Breaker {
  /** Whether to ask now. After a pause, true once until that probe has an outcome. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  /** Failures in a row after which nobody waits any more. */
  readonly failuresMax: number;
  /** How long nobody asks then; after that one question is the probe. */
  readonly pauseMs: number;
}

/** A breaker that opens after `failuresMax` failures in a row. */
export function createBreaker(clock: Clock, { failuresMax, pauseMs }: BreakerOptions): Breaker {
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
