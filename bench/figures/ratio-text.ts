import { median, ratios } from './statistics.ts';
import { times } from './targets.ts';

/** How many times another's rate ours is: the median over the rounds, and in brackets each round. */
export function ratioText<Run extends { readonly perSecond: number }>(
  ours: readonly Run[],
  others: readonly Run[],
): string {
  if (ours === others) return times(1);
  const each = ratios(ours, others, (run) => run.perSecond);
  return `${times(median(each))} (${each.map((one) => one.toFixed(2)).join(' ')})`;
}
