import { Counter } from 'prom-client';
import type { Clock } from '../clock/clock.ts';
import { EVENTS_KEPT_DAYS } from '../events/streams.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import { type Metrics, sharedMetric } from '../metrics/metrics.ts';
import { every } from '../work/every.ts';
import type { Database } from './database.ts';

const SWEEP_EVERY_MS = 60_000;

/** Rows of one transaction: some tens of milliseconds, and little to lock. */
const ROWS_PER_TRANSACTION_MAX = 5_000;

/** Twice as long as a stream can still deliver an event. */
const INBOX_KEPT_HOURS = 2 * EVENTS_KEPT_DAYS * 24;

/** Tables whose rows have an end, and how those are found that have passed it. */
const expiring = [
  { table: 'idempotency', condition: 'expire_time <= $1', keptHours: 0 },
  { table: 'inbox', condition: 'handle_time < $1', keptHours: INBOX_KEPT_HOURS },
] as const;

/** What the sweep works with. */
export interface SweepOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Ends the sweep, between two transactions if one is under way. */
  readonly signal: AbortSignal;
}

/**
 * Removes, each minute, every stored answer that has expired and every mark of an event that no
 * stream holds any more. It goes on until nothing is left, so that it keeps up with any rate at
 * which rows are written. Processes of one service take turns.
 */
export function startSweep(options: SweepOptions): AsyncDisposable {
  return every({ ...options, name: 'sweep', ms: SWEEP_EVERY_MS }, (signal) =>
    sweepExpired({ ...options, signal }),
  );
}

async function sweepExpired({ database, clock, metrics, signal }: SweepOptions): Promise<void> {
  const swept = sweptRows(metrics);
  for (const { table, condition, keptHours } of expiring) {
    const before = clock.now().subtract({ hours: keptHours });
    let removed: number;
    do {
      removed = await removeSome(database, { table, condition, before });
      swept.labels(table).inc(removed);
    } while (removed === ROWS_PER_TRANSACTION_MAX && !signal.aborted);
  }
}

async function removeSome(
  database: Database,
  what: { readonly table: string; readonly condition: string; readonly before: Temporal.Instant },
): Promise<number> {
  return database.system(async (rows) => {
    if (!(await rows.tryLock('runtime.sweep', database.schema))) return 0;
    const [found] = await rows.sql<{ removed: bigint }>(
      // The condition twice: a key that has expired may be taken over by a call at this moment.
      `with removed as (
         delete from ${what.table} where ${what.condition} and ctid = any(array(
           select ctid from ${what.table} where ${what.condition} limit $2))
         returning 1)
       select count(*) as removed from removed`,
      [what.before, ROWS_PER_TRANSACTION_MAX],
    );
    return Number(found?.removed ?? 0n);
  });
}

function sweptRows(metrics: Metrics) {
  const name = 'tollgate_swept_rows_total';
  const help = 'Expired rows that were removed, by table.';
  const labelNames = ['table'] as const;
  return sharedMetric(
    metrics,
    name,
    () => new Counter({ name, help, labelNames, registers: [metrics] }),
  );
}
