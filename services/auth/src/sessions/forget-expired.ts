import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { removeExpired } from './session-store.ts';

/** Removes sessions that no refresh token can prolong any more. */
export async function forgetExpired({ database, clock }: { database: Database; clock: Clock }) {
  await database.system((rows) => removeExpired(rows, clock.now()));
}
