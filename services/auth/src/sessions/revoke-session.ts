import type { Rows } from '@tollgate/runtime/database';
import type { Session } from './domain/session.ts';
import { sessionRevoked } from './session-events.ts';
import { updateSession } from './session-store.ts';

/** Ends a session that is locked, and tells so. One that has ended before stays as it is. */
export async function revokeSession(
  rows: Rows,
  session: Session,
  at: Temporal.Instant,
): Promise<void> {
  if (session.revokeTime) return;
  await updateSession(rows, { ...session, revokeTime: at });
  rows.emit(sessionRevoked(session, at));
}
