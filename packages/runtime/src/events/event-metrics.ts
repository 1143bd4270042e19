import { Counter, Gauge } from 'prom-client';
import { type Metrics, sharedMetric } from '../metrics/metrics.ts';

/** Counts of what became of events. */
export function eventMetrics(metrics: Metrics) {
  const registers = [metrics];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    sharedMetric(metrics, name, () => new Counter<L>({ name, help, labelNames, registers }));
  const gauge = (name: string, help: string) =>
    sharedMetric(metrics, name, () => new Gauge({ name, help, registers }));
  return {
    handled: counter(
      'tollgate_events_handled_total',
      'Events done with: had their effect, or were a repetition.',
      ['consumer', 'outcome'],
    ),
    failures: counter('tollgate_event_failures_total', 'Tries that failed and are repeated.', [
      'consumer',
    ]),
    parked: counter(
      'tollgate_events_parked_total',
      'Events given up after all tries; they are in the table dead_event.',
      ['consumer'],
    ),
    published: counter('tollgate_outbox_published_total', 'Events published.', []),
    waiting: gauge('tollgate_outbox_waiting', 'Events committed and not yet published.'),
    oldestSeconds: gauge(
      'tollgate_outbox_oldest_seconds',
      'Age of the oldest event not yet published.',
    ),
  };
}
