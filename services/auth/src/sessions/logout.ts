import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { forgetTime } from './domain/session.ts';
import { revokeSession } from './revoke-session.ts';
import type { SessionDirectory } from './session-directory.ts';
import { findSession } from './session-store.ts';

/** What a logout works with. */
export interface LogoutParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly sessions: SessionDirectory;
}

/** Ends the caller's session. An API key has none, so that nothing happens. */
export function logout({ database, clock, sessions }: LogoutParts) {
  return handler(AuthService.method.logout, async (_, call) => {
    const sessionId = call.principal.kind === 'user' ? call.principal.sessionId : undefined;
    if (sessionId === undefined) return {};
    const at = clock.now();
    await database.write(call, async (rows) => {
      const session = await findSession(rows, sessionId, { lock: 'update' });
      if (session) await revokeSession(rows, session, at);
      return {};
    });
    sessions.revoke(sessionId, forgetTime(at));
    return {};
  });
}
