import type { Clock } from '@tollgate/runtime/service';

/** Redis' clock, estimated between two answers. */
export interface RedisClock {
  /**
   * The present in microseconds since 1970. Behind by the time that answers took; ahead only by what
   * the two clocks drift apart in seconds, or by less than two seconds after Redis' was set back.
   */
  nowUs(): number;
  /** Takes note of what an answer says. */
  saw(nowUs: number): void;
  /** Begins anew, with another server. */
  restart(nowUs: number): void;
}

/** An answer is forgotten after this long, twice at most: far less than a drift that matters. */
const windowMs = 10_000;
/** No answer is awaited so long: Redis' clock was set back. */
const lateUsMax = 2_000_000;

/**
 * An answer is read late when this process is busy, and would make the estimate lag: of the answers
 * of the last seconds, the one that was read soonest counts.
 */
export function createRedisClock(clock: Clock): RedisClock {
  let newestUs = clock.now().epochMilliseconds * 1_000 - clock.monotonicMs() * 1_000;
  let beforeUs = newestUs;
  let windowEndMs = 0;

  function restart(nowUs: number): void {
    const atMs = clock.monotonicMs();
    newestUs = nowUs - atMs * 1_000;
    beforeUs = newestUs;
    windowEndMs = atMs + windowMs;
  }
  return {
    nowUs: () => Math.floor(clock.monotonicMs() * 1_000 + Math.max(newestUs, beforeUs)),
    saw(nowUs) {
      const atMs = clock.monotonicMs();
      const offsetUs = nowUs - atMs * 1_000;
      if (Math.max(newestUs, beforeUs) - offsetUs > lateUsMax) return restart(nowUs);
      if (atMs < windowEndMs) {
        newestUs = Math.max(newestUs, offsetUs);
        return;
      }
      beforeUs = newestUs;
      newestUs = offsetUs;
      windowEndMs = atMs + windowMs;
    },
    restart,
  };
}
