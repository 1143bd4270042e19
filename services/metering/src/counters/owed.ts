import { type Health, type Log, type Metrics, sharedMetric } from '@tollgate/runtime';
import { Gauge } from 'prom-client';
import { CountersUnavailable } from './operation.ts';

/**
 * What must still be told to the counters: charges of calls that were let through without them, and
 * charges to give back, in any order. Kept in memory: what a killed process owed is lost.
 */
export interface Owed {
  /** Whether there is room for one more. */
  readonly hasRoom: boolean;
  /** Keeps one thing to do; `false` when there is no room. It must be safe to do twice. */
  add(task: () => Promise<unknown>): boolean;
  /** Does what can be done until nothing is left or the counters do not answer. */
  settle(): Promise<void>;
}

/** Tasks that are tried together. */
const roundMax = 256;
/** About 100 bytes each. */
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
  let tasks: (() => Promise<unknown>)[] = [];
  const name = 'tollgate_metering_owed_operations';
  sharedMetric(
    metrics,
    name,
    () =>
      new Gauge({
        name,
        help: 'Charges and corrections that wait for the counters to come back.',
        registers: [metrics],
        collect() {
          this.set(tasks.length);
        },
      }),
  );

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
      let done = 0;
      try {
        while (done < tasks.length) {
          const round = tasks.slice(done, done + roundMax);
          await Promise.all(round.map((task) => attempt(task, log)));
          done += round.length;
        }
        health.report('owed', 'ok');
      } catch (error) {
        if (!(error instanceof CountersUnavailable)) throw error;
        health.report(
          'owed',
          'degraded',
          `${tasks.length - done} operations wait for the counters`,
        );
      } finally {
        tasks = tasks.slice(done);
      }
    },
  };
}

async function attempt(task: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (error instanceof CountersUnavailable) throw error;
    // It will not succeed later either, and must not keep the others waiting.
    log.error({ error }, 'what was owed to the counters is lost');
  }
}
