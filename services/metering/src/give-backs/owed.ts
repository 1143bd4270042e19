import { type Health, type Log, type Metrics, sharedMetric } from '@tollgate/runtime/service';
import { Counter, Gauge } from 'prom-client';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';

/**
 * What must still be told to the counters: charges of calls that were let through without them, and
 * charges to give back, in any order. Kept in memory: what a killed process owed is lost.
 */
export interface Owed {
  /** Whether there is room for one more. */
  readonly hasRoom: boolean;
  /**
   * Keeps one thing to do; `false` when there is no room. It is done again as long as it fails with
   * `CountersUnavailable`, and lost when it fails otherwise.
   */
  add(task: Task): boolean;
  /** Does what can be done until nothing is left or the counters do not answer. */
  settle(): Promise<void>;
}

type Task = () => Promise<unknown>;

/** Tasks that are tried together. */
const roundMax = 256;
/** Some hundred bytes each, with what they hold. */
const owedMax = 100_000;

/** A bounded queue of what is owed to the counters. */
export function createOwed({
  log,
  metrics,
  health,
}: {
  log: Log;
  metrics: Metrics;
  health: Health;
}): Owed {
  const tasks: Task[] = [];
  const lost = owedMetrics(metrics, () => tasks.length);

  /** Whether it is over: done, or never to succeed. */
  async function attempt(task: Task): Promise<boolean> {
    try {
      await task();
    } catch (error) {
      if (error instanceof CountersUnavailable) return false;
      // It will not succeed later either.
      lost.inc();
      log.error({ error }, 'what was owed to the counters is lost');
    }
    return true;
  }
  /** Tries the oldest tasks together; those that fail wait behind the others. */
  async function tryRound(size: number): Promise<number> {
    const round = tasks.slice(0, size);
    const isOver = await Promise.all(round.map(attempt));
    const failed = round.filter((_, at) => !isOver[at]);
    tasks.splice(0, size);
    tasks.push(...failed);
    return failed.length;
  }

  return {
    get hasRoom() {
      return tasks.length < owedMax;
    },
    add(task) {
      if (tasks.length >= owedMax) return false;
      tasks.push(task);
      return true;
    },
    async settle() {
      let failed = 0;
      for (let left = tasks.length; left > 0; ) {
        const size = Math.min(left, roundMax);
        const failedNow = await tryRound(size);
        failed += failedNow;
        left -= size;
        if (failedNow === size) break;
      }
      if (failed === 0) health.report('owed', 'ok');
      else health.report('owed', 'degraded', `${tasks.length} operations wait for the counters`);
    },
  };
}

function owedMetrics(metrics: Metrics, waiting: () => number): Counter {
  const registers = [metrics];
  const waitingName = 'tollgate_metering_owed_operations';
  sharedMetric(
    metrics,
    waitingName,
    () =>
      new Gauge({
        name: waitingName,
        help: 'Charges and corrections that wait for the counters to come back.',
        registers,
        collect() {
          this.set(waiting());
        },
      }),
  );
  const name = 'tollgate_metering_owed_lost_total';
  const help = 'Charges and corrections given up, so that nothing is charged twice, or as broken.';
  return sharedMetric(metrics, name, () => new Counter({ name, help, registers }));
}
