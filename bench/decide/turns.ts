import { create } from '@bufbuild/protobuf';
import {
  RateLimitRequestSchema,
  RateLimitResponse_Code,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { BenchDecider } from './open-decider.ts';

/** Whose calls are asked about. */
export interface Load {
  readonly name: string;
  readonly title: string;
  readonly tenants: number;
  readonly keysPerTenant: number;
}

/** What to ask, and for how long. */
export interface TurnsPlan {
  readonly load: Load;
  readonly tenants: readonly string[];
  /** Questions of one turn. */
  readonly size: number;
  /** Ends after this long, or after so many questions. */
  readonly seconds?: number;
  readonly questions?: number;
}

let asked = 0;

/** Asks `size` questions in one turn of the event loop, waits for all answers, and so on. */
export async function askInTurns(
  answer: BenchDecider['answer'],
  { load, tenants, size, seconds = 600, questions = Number.POSITIVE_INFINITY }: TurnsPlan,
): Promise<{ answered: number; seconds: number; latenciesUs: Float64Array }> {
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  const latencies: number[] = [];
  let answered = 0;
  let nowMs = startedMs;
  while (nowMs < untilMs && answered < questions) {
    // From the loop's poll phase, where a transport asks from; not from Redis' last answer.
    await new Promise(setImmediate);
    const turn = Array.from({ length: size }, () => answer(questionOf(load, tenants, asked++)));
    for (const { overallCode } of await Promise.all(turn)) {
      if (overallCode !== RateLimitResponse_Code.OK) throw new Error('a call was not admitted');
    }
    answered += size;
    const doneMs = performance.now();
    latencies.push((doneMs - nowMs) * 1_000);
    nowMs = doneMs;
  }
  return {
    answered,
    seconds: (nowMs - startedMs) / 1_000,
    latenciesUs: Float64Array.from(latencies),
  };
}

function questionOf(load: Load, tenants: readonly string[], at: number) {
  const key = Math.floor(at / load.tenants) % load.keysPerTenant;
  return create(RateLimitRequestSchema, {
    domain: 'tollgate',
    descriptors: [
      {
        entries: [
          { key: 'phase', value: 'admit' },
          { key: 'tenant', value: tenants[at % load.tenants] ?? '' },
          { key: 'environment', value: 'live' },
          { key: 'key', value: `key_${key}` },
          { key: 'key_limit', value: 'none' },
          { key: 'class', value: 'upstream' },
          { key: 'route', value: 'widgets' },
          { key: 'masked_remote_address', value: '192.0.2.1/32' },
          { key: 'rid', value: `0f1e2d3c-4b5a-4978-8695-${String(at).padStart(12, '0')}` },
        ],
        hitsAddend: 1n,
      },
    ],
  });
}
