import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { SessionDirectory } from './session-directory.ts';
import { forgetTime } from './domain/session.ts';
import { revokeSession } from './revoke-session.ts';
import { SessionRow } from './session-row.ts';

/** Ends the caller's session. An API key has none, so that nothing happens. */
export function logout(parts: { database: Database; clock: Clock; sessions: SessionDirectory }) {
  return handler(AuthService.method.logout, async (_, call) => {
    const { sessionId } = call.principal;
    if (sessionId === undefined) return {};
    const at = parts.clock.now();
    await parts.database.write(call, async (rows) => {
      const row = await rows.find(SessionRow, { sessionId }, { lock: 'update' });
      if (row) revokeSession(rows, row, at);
      return {};
    });
    parts.sessions.revoke(sessionId, forgetTime(at));
    return {};
  });
}
