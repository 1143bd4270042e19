import type { Rows } from '@tollgate/runtime/database';
import { sessionRevoked } from '../api-keys/key-events.ts';
import { fromSessionRow, type SessionRow } from './session-row.ts';

/** Ends a session and tells so. False when it had ended before. */
export function revokeSession(rows: Rows, row: SessionRow, at: Temporal.Instant): boolean {
  if (row.revokeTime) return false;
  row.revokeTime = at;
  rows.emit(sessionRevoked(fromSessionRow(row), at));
  return true;
}
