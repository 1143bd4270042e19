import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { removeUnfinished } from '../users/user-store.ts';

/** Sign-ups that did not end within this time are forgotten, in hours. */
const unfinishedKeptHours = 24;

/** Frees the addresses of sign-ups that have not ended within a day. */
export async function forgetUnfinished({ database, clock }: { database: Database; clock: Clock }) {
  const begunBefore = clock.now().subtract({ hours: unfinishedKeptHours });
  await database.system((rows) => removeUnfinished(rows, begunBefore));
}
