/** SQLSTATE of a database error, however the layers between wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; Error.isError(at) && depth < 8; at = at.cause, depth++) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
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

/** The database cannot be reached, is starting, stopping or full: not the statement's fault. */
export function isDatabaseOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return /^(?:08|53|57P|58)/.test(state);
  const text = Error.isError(error) ? `${(error as { code?: unknown }).code} ${error.message}` : '';
  return /ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH|Connection terminated|timeout exceeded when/.test(
    text,
  );
}
