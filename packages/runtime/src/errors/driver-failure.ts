import type { ConnectError } from '@connectrpc/connect';
import { outageOf, sqlState } from './driver-error.ts';
import { conflict, dependencyUnavailable, malformedInput } from './shared-failures.ts';

/** unique_violation, exclusion_violation, serialization_failure, deadlock_detected. */
const conflicts = new Set(['23505', '23P01', '40001', '40P01']);

/** A text with a NUL character or broken Unicode, which Postgres cannot store. */
const unstorable = new Set(['22021', '22P05']);

/** Lock or statement time-outs: the database is there and too busy. */
const busy = new Set(['55P03', '57014']);

/**
 * The public form of an error that a driver threw, itself or wrapped: CONFLICT, INVALID_INPUT or
 * DEPENDENCY_UNAVAILABLE, the original as its cause; undefined when it says nothing to a caller.
 */
export function driverFailure(error: unknown): ConnectError | undefined {
  const state = sqlState(error) ?? '';
  if (conflicts.has(state)) return conflict(error);
  if (unstorable.has(state)) {
    return malformedInput('A text has a character that cannot be stored, such as NUL.', error);
  }
  const gone = busy.has(state) ? 'database' : outageOf(error);
  return gone === undefined ? undefined : dependencyUnavailable(gone, error);
}
