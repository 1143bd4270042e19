import { availableParallelism, cpus, totalmem } from 'node:os';

/** What was measured on: figures of two machines cannot be compared. */
export function machineText(): string {
  const model = cpus()[0]?.model.trim() ?? 'of an unknown kind';
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, Node ${process.versions.node}`;
}
