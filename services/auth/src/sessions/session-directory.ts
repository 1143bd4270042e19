import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { tokenLifeSecondsMax } from '../access-tokens/domain/access-token.ts';
import { forgetTime } from './domain/session.ts';
import { listRevoked } from './session-store.ts';

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
      const since = now.subtract({ seconds: tokenLifeSecondsMax });
      const ended = await database.system((rows) => listRevoked(rows, since));
      for (const one of ended) revoke(one.sessionId, forgetTime(one.revokeTime));
      for (const [sessionId, atMs] of forgetAtMs) {
        if (atMs <= now.epochMilliseconds) forgetAtMs.delete(sessionId);
      }
    },
  };
}
