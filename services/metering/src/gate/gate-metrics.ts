import { type Metrics, sharedMetric } from '@tollgate/runtime';
import { Counter, Histogram } from 'prom-client';

/** What the gate counts about itself. */
export interface GateMetrics {
  /** One decision. */
  decided(outcome: 'admitted' | 'refused' | 'degraded' | 'failed'): void;
  /** One call given back, or not, because there was nothing to give back or no way to. */
  gaveBack(outcome: 'done' | 'nothing' | 'owed' | 'lost'): void;
  /** Operations that travelled to Redis together. */
  batch(size: number): void;
}

/** The gate's metrics in the process's registry. */
export function gateMetrics(metrics: Metrics): GateMetrics {
  const registers = [metrics];
  const decisions = counter('tollgate_metering_decisions_total', 'Decisions by outcome.');
  const giveBacks = counter('tollgate_metering_give_backs_total', 'Failed calls by what was done.');
  const batchName = 'tollgate_metering_batch_size';
  const batches = sharedMetric(
    metrics,
    batchName,
    () =>
      new Histogram({
        name: batchName,
        help: 'Operations decided in one call of Redis.',
        buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
        registers,
      }),
  );
  function counter(name: string, help: string): Counter<'outcome'> {
    const labelNames = ['outcome'] as const;
    return sharedMetric(metrics, name, () => new Counter({ name, help, labelNames, registers }));
  }
  return {
    decided: (outcome) => decisions.inc({ outcome }),
    gaveBack: (outcome) => giveBacks.inc({ outcome }),
    batch: (size) => batches.observe(size),
  };
}
