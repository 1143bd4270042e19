import { percentile } from '../figures/statistics.ts';
import type { LoadResult } from './load-plan.ts';

/** Most latencies that are kept; a run asks fewer. */
export const questionsMax = 4_000_000;

/** Counts the questions and answers of one run. */
export interface Tally {
  readonly asked: number;
  readonly open: number;
  /** Counts a question and answers its number. */
  ask(): number;
  answer(outcome: string, latencyMs: number, nowMs: number): void;
  /** Of a run that began then. What is still open counts as `unanswered`. */
  result(
    startedMs: number,
  ): Pick<LoadResult, 'asked' | 'outcomes' | 'perSecond' | 'p50Ms' | 'p99Ms'>;
}

/** An empty tally. */
export function createTally(): Tally {
  const latenciesMs = new Float64Array(questionsMax);
  const outcomes: Record<string, number> = {};
  let [asked, answered, lastMs] = [0, 0, 0];
  return {
    get asked() {
      return asked;
    },
    get open() {
      return asked - answered;
    },
    ask: () => asked++,
    answer(outcome, latencyMs, nowMs) {
      latenciesMs[answered++] = latencyMs;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      lastMs = nowMs;
    },
    result(startedMs) {
      if (asked > answered) outcomes['unanswered'] = asked - answered;
      const latencies = latenciesMs.subarray(0, answered);
      const decided = (outcomes['ok'] ?? 0) + (outcomes['over'] ?? 0);
      return {
        asked,
        outcomes,
        perSecond: (decided * 1_000) / (lastMs - startedMs),
        p50Ms: percentile(latencies, 0.5),
        p99Ms: percentile(latencies, 0.99),
      };
    },
  };
}
