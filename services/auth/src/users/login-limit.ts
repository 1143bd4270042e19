import { LRUCache } from 'lru-cache';
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
  /** When each address would be fully refilled. */
  const refilledAtMs = new LRUCache<string, number>({ max: addressesMax });
  return {
    take(address, nowMs) {
      // Only a try that is taken keeps an address in memory.
      const decision = decideTry(refilledAtMs.peek(address), { nowMs, perMinute });
      if (decision.kind === 'refused') return decision.waitMs;
      refilledAtMs.set(address, decision.refilledAtMs);
      return 0;
    },
  };
}
