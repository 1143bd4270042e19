import { Histogram } from 'prom-client';
import { type Metrics, sharedMetric } from '../metrics/metrics.ts';

const name = 'tollgate_rpc_duration_seconds';

/** Records one finished RPC. */
export type RecordRpc = (rpc: string, code: string, durationMs: number) => void;

/** The histogram of RPC durations by RPC and code, in the given registry. */
export function rpcMetrics(metrics: Metrics): RecordRpc {
  const histogram = sharedMetric(
    metrics,
    name,
    () =>
      new Histogram({
        name,
        help: 'Duration of RPCs, from headers to answer.',
        labelNames: ['rpc', 'code'] as const,
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        registers: [metrics],
      }),
  );
  return (rpc, code, durationMs) => histogram.labels(rpc, code).observe(durationMs / 1_000);
}
