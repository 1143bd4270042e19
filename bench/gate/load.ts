import type { LoadResult } from './load-result.ts';
import { percentile } from './statistics.ts';

/** How a load is made. */
export interface LoadPlan {
  /** Questions that are open at once. */
  readonly concurrency: number;
  /** How long questions are asked; what is open then is still answered. */
  readonly seconds: number;
  /** Ends the load earlier, after so many questions. */
  readonly questions?: number;
}

/** Most latencies that are kept; a run asks fewer. */
const latenciesMax = 4_000_000;

/**
 * Keeps `concurrency` questions open until the time is over. `ask` answers what came of one, as a
 * short word; its errors count as `error`.
 */
export async function runLoad(
  { concurrency, seconds, questions = latenciesMax }: LoadPlan,
  ask: (at: number) => Promise<string>,
): Promise<LoadResult> {
  const latenciesMs = new Float64Array(latenciesMax);
  const outcomes: Record<string, number> = {};
  let asked = 0;
  let answered = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1_000;
  async function keepAsking(): Promise<void> {
    while (performance.now() < endMs && asked < questions) {
      const beganMs = performance.now();
      // One after the other is the point: this is one of the open questions.
      const outcome = await ask(asked++).catch(() => 'error');
      latenciesMs[answered++] = performance.now() - beganMs;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: concurrency }, keepAsking));
  const tookSeconds = (performance.now() - startedMs) / 1_000;
  const latencies = latenciesMs.subarray(0, answered);
  return {
    answered,
    perSecond: answered / tookSeconds,
    outcomes,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}
