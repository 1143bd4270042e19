import { type Metrics, sharedMetric } from '@tollgate/runtime/service';
import { Counter } from 'prom-client';

/** What the access-log sink counts. */
export interface AccessLogMetrics {
  /** One record. Starts without ends are records that were lost on their way. */
  record(type: 'start' | 'end' | 'other'): void;
  /** A failed call that the log told of. */
  corrected(outcome: 'done' | 'nothing' | 'owed' | 'lost'): void;
  /** A counted call reached its upstream without having been admitted: an alarm. */
  unasked(): void;
}

/** The sink's metrics in the process's registry. */
export function accessLogMetrics(metrics: Metrics): AccessLogMetrics {
  const registers = [metrics];
  function counter<L extends string>(name: string, help: string, labelNames: readonly L[]) {
    return sharedMetric(metrics, name, () => new Counter({ name, help, labelNames, registers }));
  }
  const records = counter(
    'tollgate_metering_access_log_records_total',
    'Access-log records by type; starts without ends were lost.',
    ['type'],
  );
  const corrections = counter(
    'tollgate_metering_access_log_corrections_total',
    'Failed calls that the access log told of, by what was done.',
    ['outcome'],
  );
  const unasked = counter(
    'tollgate_metering_access_log_unasked_total',
    'Calls that reached an upstream without an admission.',
    [],
  );
  // Found once: there are two records of each call.
  const recordsOf = {
    start: records.labels('start'),
    end: records.labels('end'),
    other: records.labels('other'),
  };
  return {
    record: (type) => recordsOf[type].inc(),
    corrected: (outcome) => corrections.inc({ outcome }),
    unasked: () => unasked.inc(),
  };
}
