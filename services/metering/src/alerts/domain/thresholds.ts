import type { Policy } from '../../policies/domain/policy.ts';

/** Percent of a quota at which its tenant is told. */
const thresholdPercents = [80, 100] as const;

/** The thresholds that a month's usage has reached under a policy; empty without a quantity. */
export function reachedThresholds({ threshold }: Policy, used: number): number[] {
  if (!threshold) return [];
  // Multiplied out, so that 80 % of an odd number is not rounded. 10^12 * 100 is exact.
  return thresholdPercents.filter((percent) => used * 100 >= threshold.requests * percent);
}
