import { type Metrics, sharedMetric } from '@tollgate/runtime/service';
import { Counter, Histogram } from 'prom-client';

/** What the gate counts about itself. */
export interface GateMetrics {
  /** One decision. */
  decided(outcome: 'admitted' | 'refused' | 'degraded' | 'failed' | 'malformed'): void;
  /** One call given back, or not, because there was nothing to give back or no way to. */
  gaveBack(outcome: 'done' | 'nothing' | 'owed' | 'lost'): void;
  /** One call whose credential the gate itself looked at. */
  identified(outcome: 'known' | 'denied' | 'failed'): void;
  /** Operations that travelled to Redis together. */
  batch(size: number): void;
}

/** The gate's metrics in the process's registry. */
export function gateMetrics(metrics: Metrics): GateMetrics {
  const registers = [metrics];
  const decisions = tally(metrics, {
    name: 'tollgate_metering_decisions_total',
    help: 'Decisions by outcome.',
  });
  const giveBacks = tally(metrics, {
    name: 'tollgate_metering_give_backs_total',
    help: 'Failed calls by what was done.',
  });
  const identities = tally(metrics, {
    name: 'tollgate_metering_lane_credentials_total',
    help: 'Credentials that the gate itself looked at, by outcome.',
  });
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
  return {
    decided: decisions,
    gaveBack: giveBacks,
    identified: identities,
    batch: (size) => batches.observe(size),
  };
}

type Counts = Map<string, number>;
const countsOf = new WeakMap<Counter, Counts>();

/** Counts by outcome in a map, which costs a tenth of the metric; the metric hears when it is read. */
function tally(
  metrics: Metrics,
  { name, help }: { name: string; help: string },
): (outcome: string) => void {
  const counter = sharedMetric(metrics, name, () => {
    const counts: Counts = new Map();
    const made = new Counter({
      name,
      help,
      labelNames: ['outcome'],
      registers: [metrics],
      collect() {
        for (const [outcome, count] of counts) this.inc({ outcome }, count);
        counts.clear();
      },
    });
    countsOf.set(made, counts);
    return made;
  });
  const counts = countsOf.get(counter);
  if (!counts) throw new Error(`${name} is somebody else's metric`);
  return (outcome) => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}
