import { setTimeout as wait } from 'node:timers/promises';
import { Counter, Gauge } from 'prom-client';
import type { Clock } from '../clock/clock.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import { type Metrics, sharedMetric } from '../metrics/metrics.ts';

/** Failures in a row after which the part counts as degraded; one may be bad luck. */
const failuresUntilDegraded = 3;

/** What `every` needs to know. */
export interface EveryOptions {
  /** Pause after the end of one run until the start of the next, in milliseconds. */
  readonly ms: number;
  /** Ends the repetition; a run that is going on gets it too and may end early. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Names the timer in logs, health and metrics, e.g. `snapshots`. */
  readonly name: string;
  readonly health: Health;
  readonly metrics: Metrics;
}

/**
 * Runs a task at once and then again and again. Runs never overlap; a failed run is logged, counted
 * and does not end the repetition. Closing it waits for the run that is going on.
 */
export function every(
  options: EveryOptions,
  task: (signal: AbortSignal) => Promise<void>,
): AsyncDisposable {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const repetition = repeat({ ...options, signal }, task);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await repetition;
      options.health.forget(options.name);
    },
  };
}

async function repeat(
  options: EveryOptions,
  task: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { ms, signal, log, name, health } = options;
  const metrics = timerMetrics(options.metrics);
  let failuresInRow = 0;
  while (!signal.aborted) {
    try {
      await task(signal);
      failuresInRow = 0;
      metrics.lastSuccess.labels(name).set(options.clock.now().epochMilliseconds / 1_000);
      health.report(name, 'ok');
    } catch (error) {
      if (signal.aborted) return;
      failuresInRow += 1;
      metrics.failures.labels(name).inc();
      log.error({ error, timer: name, failuresInRow }, 'a timer run failed');
      if (failuresInRow >= failuresUntilDegraded) {
        health.report(name, 'degraded', `${failuresInRow} failed runs in a row`);
      }
    }
    // Aborting is the ordinary end of the pause.
    await wait(ms, undefined, { signal }).catch(() => undefined);
  }
}

function timerMetrics(metrics: Metrics) {
  const labelNames = ['timer'] as const;
  const registers = [metrics];
  const success = 'tollgate_timer_last_success_timestamp_seconds';
  const failures = 'tollgate_timer_failures_total';
  return {
    lastSuccess: sharedMetric(
      metrics,
      success,
      () => new Gauge({ name: success, help: 'Last good run of a timer.', labelNames, registers }),
    ),
    failures: sharedMetric(
      metrics,
      failures,
      () => new Counter({ name: failures, help: 'Failed runs.', labelNames, registers }),
    ),
  };
}
