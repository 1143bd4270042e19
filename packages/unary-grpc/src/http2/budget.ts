/** A token bucket: how much trouble a peer may make. */
export interface Budget {
  /** Takes one; false when nothing is left. */
  spend(): boolean;
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
    spend() {
      // The clock is asked only when it matters.
      if (tokens < 1) refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    earn(earned) {
      tokens = Math.min(tokensMax, tokens + earned);
    },
  };
}
