/** Addresses that are remembered; the ones tried longest ago are forgotten first. */
const addressesMax = 50_000;
const minuteMs = 60_000;

/** Limits tries per address, before any costly work is done for them. */
export interface LoginLimit {
  /** Takes one try. Answers 0, or the milliseconds after which the next one is allowed. */
  take(address: string, nowMs: number): number;
}

/**
 * At most `perMinute` tries in any burst, refilled evenly (GCRA). Tries that are refused cost
 * nothing, so that nobody can lock an owner out for ever.
 */
export function createLoginLimit(perMinute: number): LoginLimit {
  const intervalMs = minuteMs / perMinute;
  const burstMs = minuteMs - intervalMs;
  /** When each address would be fully refilled, oldest try first. */
  const refilledAtMs = new Map<string, number>();
  return {
    take(address, nowMs) {
      const fullAtMs = Math.max(refilledAtMs.get(address) ?? nowMs, nowMs);
      const waitMs = fullAtMs - nowMs - burstMs;
      if (waitMs > 0) return Math.ceil(waitMs);
      refilledAtMs.delete(address);
      refilledAtMs.set(address, fullAtMs + intervalMs);
      if (refilledAtMs.size > addressesMax) {
        refilledAtMs.delete(refilledAtMs.keys().next().value ?? address);
      }
      return 0;
    },
  };
}
