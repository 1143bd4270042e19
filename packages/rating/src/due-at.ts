import type { Period } from '@tollgate/periods';
import type { Price } from './price.ts';

/** When the line of a period falls due: in advance at its first instant, in arrears at its end. */
export function dueAt({ timing }: Pick<Price, 'timing'>, { start, end }: Period): Temporal.Instant {
  return timing === 'in_advance' ? start : end;
}
