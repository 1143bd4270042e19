import type { Clock } from '../clock/clock.ts';
import type { Database } from '../database/database.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { EventBus } from './event-bus.ts';
import { eventMetrics } from './event-metrics.ts';
import { publishBatch } from './publish-batch.ts';

const POLL_MS = 1_000;
const FAILURE_PAUSES_MS = [200, 500, 1_000, 2_000, 5_000];

/** What the relay connects. */
export interface OutboxRelayOptions {
  readonly database: Database;
  readonly bus: Pick<EventBus, 'publish' | 'onReturn'>;
  readonly log: Log;
  readonly clock: Clock;
  /** Ends the relay; a batch in hand is finished first. */
  readonly signal: AbortSignal;
  readonly health: Health;
  readonly metrics: Metrics;
}

/**
 * Publishes what transactions have put into the outbox: right after a commit in this process, and
 * by looking each second for what others left. Events of one entity are published in the order of
 * their commits, each at least once. One relay at a time works on a schema, others stand by.
 */
export function startOutboxRelay(options: OutboxRelayOptions): AsyncDisposable {
  const { database, log, clock, health } = options;
  const metrics = eventMetrics(options.metrics);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const bell = createBell();
  const unsubscribe = database.onEmitted(bell.ring);
  const busIsBack = createBell();
  const listening = options.bus.onReturn(busIsBack.ring);
  for (const { ring } of [bell, busIsBack]) signal.addEventListener('abort', ring, { once: true });

  let failures = 0;

  async function round(): Promise<boolean> {
    const { published, more, waiting, oldest, failed } = await publishBatch(options);
    metrics.published.inc(published);
    metrics.waiting.set(waiting);
    metrics.oldestSeconds.set(oldest ? clock.now().since(oldest).total('seconds') : 0);
    if (published > 0) failures = 0;
    if (failed) throw failed.error;
    return more;
  }

  async function relay(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await round()) continue;
        failures = 0;
        health.report('outbox', 'ok');
        await bell.heard();
      } catch (error) {
        if (signal.aborted) return;
        const pauseMs = FAILURE_PAUSES_MS[Math.min(failures++, FAILURE_PAUSES_MS.length - 1)];
        log.warn({ error, pauseMs }, 'events could not be published and wait');
        if (failures > 2) health.report('outbox', 'degraded', 'events wait');
        await busIsBack.heard(pauseMs);
      }
    }
  }

  const relaying = relay();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      unsubscribe();
      listening[Symbol.dispose]();
      await relaying;
      health.forget('outbox');
    },
  };
}

/** Something to wait for that another part can ring; a ring while nobody waits is kept. */
function createBell() {
  let rung = Promise.withResolvers<void>();
  return {
    ring: () => rung.resolve(),
    async heard(atMostMs = POLL_MS) {
      const timer = setTimeout(rung.resolve, atMostMs);
      await rung.promise;
      clearTimeout(timer);
      rung = Promise.withResolvers<void>();
    },
  };
}
