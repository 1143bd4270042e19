import type { ConnectError } from '@connectrpc/connect';
import { isDatabaseOutage } from '../database/driver-errors.ts';
import { conflict, dependencyUnavailable, malformedInput } from './shared-failures.ts';

/** SQLSTATEs of Postgres that say something to a caller; the rest are faults of ours. */
const conflicts = new Set([
  // unique_violation, exclusion_violation, serialization_failure, deadlock_detected
  '23505',
  '23P01',
  '40001',
  '40P01',
]);
/** A text with a NUL character or broken Unicode, which Postgres cannot store. */
const unstorable = new Set(['22021', '22P05']);
/** Lock or statement time-outs, too many connections, the server stops. */
const unavailable = /^(?:55P03|57014|53300|57P0\d|08\w{3})$/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** How deep errors may wrap each other before nobody looks further. */
const causesMax = 8;

/**
 * The public form of an error that a driver threw, itself or wrapped: CONFLICT, INVALID_INPUT or
 * DEPENDENCY_UNAVAILABLE, the original as its cause; undefined when it says nothing to a caller.
 */
export function driverFailure(error: unknown): ConnectError | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < causesMax && Error.isError(current); depth += 1) {
    const { code, cause, errors } = current as Error & { code?: unknown; errors?: unknown };
    const found = typeof code === 'string' ? fromCode(code, error) : undefined;
    if (found) return found;
    // Node wraps the attempts on several addresses of a host in an AggregateError.
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  // The pool's own errors have no code.
  return isDatabaseOutage(error) ? dependencyUnavailable('database', error) : undefined;
}

function fromCode(code: string, error: unknown): ConnectError | undefined {
  if (conflicts.has(code)) return conflict(error);
  if (unstorable.has(code)) {
    return malformedInput('A text has a character that cannot be stored, such as NUL.', error);
  }
  if (unavailable.test(code)) return dependencyUnavailable('database', error);
  if (networkCodes.has(code)) return dependencyUnavailable('network', error);
  return undefined;
}
