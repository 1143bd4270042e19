import type { Database } from '../database/database.ts';
import { EVENTS_KEPT_DAYS } from './streams.ts';

const ROWS_PER_STATEMENT_MAX = 5_000;
/** Twice as long as a stream can still deliver an event. */
const INBOX_KEPT_HOURS = EVENTS_KEPT_DAYS * 24 * 2;

/** Removes expired idempotency keys, and marks of events that no stream holds any more. */
export async function sweepExpired(database: Database, now: Temporal.Instant): Promise<void> {
  const oldestMark = now.subtract({ hours: INBOX_KEPT_HOURS });
  await database.system(async (rows) => {
    await rows.sql(
      `delete from idempotency where ctid = any(array(
         select ctid from idempotency where expire_time <= $1 limit $2))`,
      [now, ROWS_PER_STATEMENT_MAX],
    );
    await rows.sql(
      `delete from inbox where ctid = any(array(
         select ctid from inbox where handle_time < $1 limit $2))`,
      [oldestMark, ROWS_PER_STATEMENT_MAX],
    );
  });
}
