import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of one process, in Prometheus' form. */
export type Metrics = Registry;

/** A registry with the process's own metrics (CPU, memory, event loop), labelled by service. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** The metric of this name, made by `make` the first time: several parts may share one. */
export function sharedMetric<T>(metrics: Metrics, name: string, make: () => T): T {
  const known = metrics.getSingleMetric(name);
  // The registry keeps no types; a name belongs to one `make` in the whole code.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return known === undefined ? make() : (known as T);
}
