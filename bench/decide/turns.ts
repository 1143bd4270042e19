import type { TenantId } from '@tollgate/api';
import { RateLimitResponse_Code } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { AdmitQuestion } from '../../services/metering/src/gate/read-question.ts';
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
  readonly tenants: readonly TenantId[];
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

function questionOf(load: Load, tenants: readonly TenantId[], at: number): AdmitQuestion {
  const key = Math.floor(at / load.tenants) % load.keysPerTenant;
  return {
    kind: 'upstream',
    tenantId: tenants[at % load.tenants] as TenantId,
    environment: 'live',
    // A new text each time, as a message brings it.
    keyId: `key_01hzy3v7q8e9r5t6y7u8i9o${String(key).padStart(3, '0')}`,
    requestId: `0f1e2d3c-4b5a-4978-8695-${String(at).padStart(12, '0')}`,
  };
}
