/** A token bucket: how much trouble a peer may make. */
export interface Budget {
  /** Takes so many, or one; false, and nothing is taken, when there are too few. */
  spend(tokens?: number): boolean;
  /** Gives back for work that was worth it; never more than the bucket holds. */
  earn(tokens: number): void;
}

/** Full at first, and full again after `tokensMax / tokensPerSecond` seconds of quiet. */
export function createBudget(options: {
  tokensMax: number;
  tokensPerSecond: number;
  nowMs: () => number;
}): Budget {
  const { tokensMax, tokensPerSecond, nowMs } = options;
  let tokens = tokensMax;
  let filledAtMs = nowMs();

  function refill(): void {
    const now = nowMs();
    tokens = Math.min(tokensMax, tokens + ((now - filledAtMs) * tokensPerSecond) / 1_000);
    filledAtMs = now;
  }
  return {
    spend(count = 1) {
      // Each time: what time has brought before must not come on top of what is full by now.
      refill();
      if (tokens < count) return false;
      tokens -= count;
      return true;
    },
    earn(earned) {
      tokens = Math.min(tokensMax, tokens + earned);
    },
  };
}
