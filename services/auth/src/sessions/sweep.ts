import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';

/** Sign-ups that did not end within this time are forgotten, in hours. */
const pendingKeptHours = 24;
/** Rows removed by one run; the next one goes on. */
const rowsMax = 10_000;

/** Removes what nobody can use any more: sign-ups that did not end, and sessions that have. */
export async function sweep({ database, clock }: { database: Database; clock: Clock }) {
  const now = clock.now();
  await database.system(async (rows) => {
    await rows.sql(
      `delete from auth.app_user where user_id in (
         select user_id from auth.app_user
         where state = 'pending' and create_time < $1 limit ${rowsMax} for update skip locked)`,
      [now.subtract({ hours: pendingKeptHours })],
    );
    await rows.sql(
      `delete from auth.session where session_id in (
         select session_id from auth.session
         where expire_time < $1 limit ${rowsMax} for update skip locked)`,
      [now],
    );
  });
}
