import { Code, ConnectError } from '@connectrpc/connect';

/** How deep errors may wrap each other before nobody looks further. */
const causesMax = 8;

/**
 * SQLSTATE classes of a database that is not there: the connection (08), its resources (53), the
 * operator (57P) or its machine (58) fail, whatever the statement was.
 */
const databaseOutage = /^(?:08...|53...|57P..|58...)$/;

/** Node's codes of a peer that is not there. */
const networkOutage = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** The pool's own errors have no code. */
const poolOutage = /Connection terminated|timeout exceeded when trying to connect/;

/** An answer of another service that never came. */
const callOutage: readonly Code[] = [Code.Unavailable, Code.DeadlineExceeded];

/** What does not answer: the one list of what an outage is. */
export type Outage = 'database' | 'network' | 'service';

/**
 * What does not answer, when that is why the error came, itself or as a cause of it; undefined for
 * every other error. After an outage the same work may succeed unchanged.
 */
export function outageOf(error: unknown): Outage | undefined {
  for (const cause of causesOf(error)) {
    const code = codeOf(cause);
    if (typeof code === 'string' && databaseOutage.test(code)) return 'database';
    if (typeof code === 'string' && networkOutage.has(code)) return 'network';
    if (cause instanceof ConnectError && callOutage.includes(cause.code)) return 'service';
    if (poolOutage.test(cause.message)) return 'database';
  }
  return undefined;
}

/** SQLSTATE of a database error, however the layers between wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (const cause of causesOf(error)) {
    const code = codeOf(cause);
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !networkOutage.has(code)) {
      return code;
    }
  }
  return undefined;
}

/** A deadlock or serialization race was lost: nothing happened, and a second try may win. */
export function isLostRace(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** The session waited longer for a lock than it may. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The error and what it wraps, outermost first. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  let current: unknown = error;
  while (Error.isError(current) && found.length < causesMax) {
    found.push(current);
    const { errors } = current as { errors?: unknown };
    // Node wraps the attempts on several addresses of a host in an AggregateError.
    current = current.cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return found;
}

function codeOf(error: Error): unknown {
  return (error as { code?: unknown }).code;
}
