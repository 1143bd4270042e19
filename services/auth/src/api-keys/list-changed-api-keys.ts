import { fromProtoTime, toProtoTime } from '@tollgate/api';
import { AuthInternalService } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { listChangedKeys } from './api-key-store.ts';
import { overlapSeconds } from './domain/change-overlap.ts';

/** Keys told at once: their ids are half a megabyte. A copy that missed more begins anew. */
const changedMax = 10_000;

/**
 * Which keys of all tenants have changed since a copy was right, from Postgres: what a gate asks from
 * time to time, because events may be late or lost.
 */
export function listChangedApiKeys({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthInternalService.method.listChangedApiKeys, async ({ sinceTime }) => {
    const asOfTime = toProtoTime(clock.now());
    if (!sinceTime) return { asOfTime };
    const since = fromProtoTime(sinceTime).subtract({ seconds: overlapSeconds });
    const wanted = { since, limit: changedMax + 1 };
    const found = await database.system((rows) => listChangedKeys(rows, wanted));
    const keys = found.slice(0, changedMax).map(({ keyId, revokeTime }) => {
      return { keyId, ...(revokeTime ? { revokeTime: toProtoTime(revokeTime) } : {}) };
    });
    return { keys, truncated: found.length > changedMax, asOfTime };
  });
}
