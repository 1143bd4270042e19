import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { accessTokenSeconds, clockToleranceSeconds, forgetTime } from './domain/session.ts';

/** Sessions that ended so lately that access tokens of them may still be around. */
export interface SessionDirectory {
  /** Whether access tokens of this session must be refused. */
  isRevoked(sessionId: string): boolean;
  /** Takes the news that a session ended; its tokens have died at `forgetAt`. */
  revoke(sessionId: string, forgetAt: Temporal.Instant): void;
  /** Loads what ended lately, and forgets what has died meanwhile. */
  refresh(): Promise<void>;
}

/** An empty directory: `refresh` fills it. */
export function createSessionDirectory(parts: {
  database: Database;
  clock: Clock;
}): SessionDirectory {
  const { database, clock } = parts;
  const forgetAtMs = new Map<string, number>();

  function revoke(sessionId: string, forgetAt: Temporal.Instant): void {
    forgetAtMs.set(sessionId, forgetAt.epochMilliseconds);
  }

  return {
    isRevoked: (sessionId) => forgetAtMs.has(sessionId),
    revoke,
    async refresh() {
      const now = clock.now();
      const since = now.subtract({ seconds: accessTokenSeconds + clockToleranceSeconds });
      const ended = await database.system((rows) =>
        rows.sql<{ session_id: string; revoke_time: Temporal.Instant }>(
          'select session_id, revoke_time from auth.session where revoke_time > $1',
          [since],
        ),
      );
      for (const row of ended) revoke(row.session_id, forgetTime(row.revoke_time));
      for (const [sessionId, atMs] of forgetAtMs) {
        if (atMs <= now.epochMilliseconds) forgetAtMs.delete(sessionId);
      }
    },
  };
}
