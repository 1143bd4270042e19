import { outageOf } from '@tollgate/runtime/errors';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';

/** Whether Redis or Postgres is away, so that no tenant's turn can come. */
export function isOut(error: unknown): boolean {
  if (error instanceof CountersUnavailable) return !error.isRefusal;
  return outageOf(error) !== undefined;
}
