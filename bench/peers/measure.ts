import type { Redis } from 'ioredis';
import type { LoadPlan, LoadResult } from './load/load-plan.ts';
import type { Loader } from './load/start-loader.ts';
import { usageOf } from './process-usage.ts';

/** What a run cost the processes in it. */
export interface Measured extends LoadResult {
  /** Processor time for 10,000 decided questions, in milliseconds, by the part's name. */
  readonly cpuMsPer10k: Readonly<Record<string, number>>;
  /** Resident memory after the run, by the part's name. */
  readonly residentBytes: Readonly<Record<string, number>>;
  /** Share of one core that the client took, from 0. */
  readonly clientCores: number;
}

/** Processes by the name of the part that they are. */
export type Parts = Readonly<Record<string, readonly number[]>>;

/** Where a run happens. */
export interface Bench {
  readonly loader: Loader;
  readonly redis: Redis;
  readonly redisPid: number;
}

/** Runs a load and reads what it cost. Redis is a part of each. */
export async function measure(
  { loader, redis, redisPid }: Bench,
  parts: Parts,
  plan: Omit<LoadPlan, 'run'>,
): Promise<Measured> {
  const all = { ...parts, Redis: [redisPid] };
  const before = usages(all);
  const result = await loader.run(plan);
  await untilForgotten(redis);
  const after = usages(all);
  const decided = (result.outcomes['ok'] ?? 0) + (result.outcomes['over'] ?? 0);
  const costs = Object.keys(all).map((part) => {
    const seconds = (after[part]?.cpuSeconds ?? 0) - (before[part]?.cpuSeconds ?? 0);
    return [part, (seconds * 1e7) / decided];
  });
  return {
    ...result,
    cpuMsPer10k: {
      ...Object.fromEntries(costs),
      client: (result.clientCpuSeconds * 1e7) / decided,
    },
    residentBytes: Object.fromEntries(
      Object.entries(after).map(([part, { residentBytes }]) => [part, residentBytes]),
    ),
    clientCores: (result.clientCpuSeconds * result.perSecond) / decided,
  };
}

function usages(parts: Parts) {
  return Object.fromEntries(Object.entries(parts).map(([part, pids]) => [part, usageOf(pids)]));
}

/** Redis drops what has died several times in this time. */
const quietMs = 300;

/** Waits until Redis has dropped the run's records of requests, which is part of its cost. */
async function untilForgotten(redis: Redis): Promise<void> {
  const latestMs = performance.now() + 5_000;
  for (let before = Number.POSITIVE_INFINITY; performance.now() < latestMs; ) {
    const keys = await redis.dbsize();
    if (keys >= before) return;
    before = keys;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}

/** The process of a Redis on this machine. */
export async function redisPidOf(redis: Redis): Promise<number> {
  const pid = /^process_id:(\d+)/m.exec(await redis.info('server'))?.[1];
  if (!pid) throw new Error('Redis does not say its process');
  return Number(pid);
}
