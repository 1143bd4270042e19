import type { Database, Rows } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { periodHorizon, periodsInAdvance } from './domain/billing-period.ts';
import { findLastPeriods, insertPeriods } from './period-store.ts';

/** Subscriptions that one transaction extends: some milliseconds of work. */
const BATCH = 1_000;

/**
 * Stores the missing periods of all subscriptions, up to the month after now, some at a time. Safe
 * to repeat and to run in several processes at once.
 */
export async function rollAllPeriods({
  database,
  clock,
}: {
  database: Database;
  clock: Clock;
}): Promise<void> {
  const now = clock.now();
  while ((await database.system((rows) => rollPeriods(rows, now))) > 0);
}

/** Extends at most 1,000 subscriptions. Answers how many it extended: 0 means that none is left. */
async function rollPeriods(rows: Rows, now: Temporal.Instant): Promise<number> {
  const last = await findLastPeriods(rows, { endBefore: periodHorizon(now), limit: BATCH });
  const missing = last.flatMap(({ tenantId, subscriptionId, number, end }) =>
    periodsInAdvance({ number: number + 1, from: end, now }).map((period) => ({
      ...period,
      tenantId,
      subscriptionId,
    })),
  );
  await insertPeriods(rows, missing);
  return last.length;
}
