import type { Slot } from './domain/slot.ts';

/** A late correction must still find its slot, and a recorder that was away for a while must, too. */
export const usageTtlMs = 72 * 3_600_000;

/** A month's counter outlives its month for late corrections; milliseconds since 1970. */
export function monthExpiryMs(slot: Slot): number {
  return slot.monthEndMs + usageTtlMs;
}
