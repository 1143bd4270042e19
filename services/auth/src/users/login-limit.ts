import { decideTry } from './domain/login-limit.ts';

/** Addresses that are remembered; the ones tried longest ago are forgotten first. */
const addressesMax = 50_000;

/** Limits tries per address, before any costly work is done for them. */
export interface LoginLimit {
  /** Takes one try. Answers 0, or the milliseconds after which the next one is allowed. */
  take(address: string, nowMs: number): number;
}

/** At most `perMinute` tries in any burst and address, refilled evenly; remembered in memory. */
export function createLoginLimit(perMinute: number): LoginLimit {
  /** When each address would be fully refilled, oldest try first. */
  const refilledAtMs = new Map<string, number>();
  return {
    take(address, nowMs) {
      const decision = decideTry(refilledAtMs.get(address), { nowMs, perMinute });
      if (decision.kind === 'refused') return decision.waitMs;
      refilledAtMs.delete(address);
      refilledAtMs.set(address, decision.refilledAtMs);
      if (refilledAtMs.size > addressesMax) {
        refilledAtMs.delete(refilledAtMs.keys().next().value ?? address);
      }
      return 0;
    },
  };
}
