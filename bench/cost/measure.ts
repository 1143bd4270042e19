import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadPlan, LoadResult } from '../load/load-plan.ts';
import type { Loader } from '../load/start-loader.ts';
import { usageOf } from './process-usage.ts';

/** What a run cost the processes in it. */
export interface Measured extends LoadResult {
  /** Processor time for one decided question, in microseconds, by the part's name. */
  readonly cpuUs: Readonly<Record<string, number>>;
  /** Resident memory after the run, by the part's name. */
  readonly residentBytes: Readonly<Record<string, number>>;
  /** Cores that the client took, from 0. */
  readonly clientCores: number;
  /** How long the limiter stood still for its garbage, each time; absent where nobody says it. */
  readonly pausesMs?: readonly number[];
}

/** Processes by the name of the part that they are. */
export type Parts = Readonly<Record<string, readonly number[]>>;

/** What is measured. */
export interface Subject {
  readonly parts: Parts;
  /** What they take while nobody asks, by the part's name: no decision's cost. */
  readonly idleCores: Readonly<Record<string, number>>;
  /** Waits for work that a run leaves behind: it is a part of its cost. */
  readonly settled?: () => Promise<void>;
  /** Answers the pauses since it was last called. */
  readonly takePausesMs?: () => number[];
}

/** Runs a load and reads what it cost. */
export async function measure(
  loader: Loader,
  { parts, idleCores, settled, takePausesMs }: Subject,
  plan: Omit<LoadPlan, 'run'>,
): Promise<Measured> {
  takePausesMs?.();
  const startedMs = performance.now();
  const before = usages(parts);
  const result = await loader.run(plan);
  const pausesMs = takePausesMs?.();
  await settled?.();
  const after = usages(parts);
  const seconds = (performance.now() - startedMs) / 1_000;
  const decided = (result.outcomes['ok'] ?? 0) + (result.outcomes['over'] ?? 0);
  const costs = Object.keys(parts).map((part) => {
    const used = (after[part]?.cpuSeconds ?? 0) - (before[part]?.cpuSeconds ?? 0);
    const idle = seconds * (idleCores[part] ?? 0);
    return [part, (Math.max(0, used - idle) * 1e6) / decided];
  });
  const resident = Object.entries(after).map(([part, { residentBytes }]) => [part, residentBytes]);
  return {
    ...result,
    cpuUs: {
      ...Object.fromEntries(costs),
      client: (result.clientCpuSeconds * 1e6) / decided,
    },
    residentBytes: Object.fromEntries(resident),
    clientCores: (result.clientCpuSeconds * result.perSecond) / decided,
    ...(pausesMs ? { pausesMs } : {}),
  };
}

const idleWindowMs = 2_000;
const idleWindowsMax = 8;
/** As exactly as /proc tells it in a window: one tick of ten milliseconds. */
const sameCores = 0.005;

/**
 * Cores that processes take while nobody asks them, by the part's name. Waits until it no longer
 * falls, so that what was left of earlier work is done: four seconds most often, at most sixteen.
 */
export async function idleCoresOf(parts: Parts): Promise<Subject['idleCores']> {
  let least = await coresOf(parts);
  for (let window = 1; window < idleWindowsMax; window += 1) {
    const cores = await coresOf(parts);
    const fell = sumOf(least) - sumOf(cores);
    if (fell > 0) least = cores;
    if (fell <= sameCores) break;
  }
  return least;
}

async function coresOf(parts: Parts): Promise<Record<string, number>> {
  const [startedMs, before] = [performance.now(), usages(parts)];
  await sleep(idleWindowMs);
  const [seconds, after] = [(performance.now() - startedMs) / 1_000, usages(parts)];
  const cores = Object.entries(after).map(([part, { cpuSeconds }]) => [
    part,
    (cpuSeconds - (before[part]?.cpuSeconds ?? cpuSeconds)) / seconds,
  ]);
  return Object.fromEntries(cores);
}

function sumOf(cores: Subject['idleCores']): number {
  return Object.values(cores).reduce((sum, one) => sum + one, 0);
}

function usages(parts: Parts) {
  return Object.fromEntries(Object.entries(parts).map(([part, pids]) => [part, usageOf(pids)]));
}
