import { malformedInput } from '@tollgate/runtime/errors';
import type { GiveBack } from '../admission/give-back.ts';
import type { Owed } from '../admission/owed.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { Decision } from './decide.ts';
import { acknowledgement, describeDecision, type RateLimitAnswer } from './describe-decision.ts';
import type { GateMetrics } from './gate-metrics.ts';
import {
  type AdmitQuestion,
  type GiveBackQuestion,
  type RateLimitQuestion,
  readQuestions,
} from './read-question.ts';

/** What answering Envoy needs. */
export interface ShouldRateLimitParts {
  readonly decide: (question: AdmitQuestion) => Promise<Decision>;
  readonly giveBack: GiveBack;
  readonly owed: Owed;
  readonly metrics: GateMetrics;
}

/** Decides one call, counts what was decided, and describes it. @throws ConnectError as `decide`. */
function createAdmit({ decide, metrics }: Pick<ShouldRateLimitParts, 'decide' | 'metrics'>) {
  return async (question: AdmitQuestion) => {
    try {
      const decision = await decide(question);
      if (decision.degraded) metrics.decided('degraded');
      else metrics.decided(decision.admitted ? 'admitted' : 'refused');
      return describeDecision(decision);
    } catch (error) {
      metrics.decided('failed');
      throw error;
    }
  };
}

/**
 * Answers Envoy's `ShouldRateLimit`: either one admission, or the calls to give back when a stream
 * has ended. Knows nothing of the transport.
 *
 * @throws ConnectError when it cannot be decided; Envoy then refuses the call.
 */
export function shouldRateLimit(parts: ShouldRateLimitParts) {
  const { giveBack, owed, metrics } = parts;
  const admit = createAdmit(parts);
  async function giveBackOne(failed: GiveBackQuestion): Promise<void> {
    try {
      metrics.gaveBack((await giveBack(failed)) ? 'done' : 'nothing');
    } catch (error) {
      if (!(error instanceof CountersUnavailable)) throw error;
      owe(failed);
    }
  }
  /** Nobody will ask again; only the access log might come to the same end. */
  function owe(failed: GiveBackQuestion): void {
    metrics.gaveBack(owed.add(() => giveBack(failed)) ? 'owed' : 'lost');
  }
  /** A route that asks strangely refuses all its calls: that must be seen. */
  function readCounted(request: RateLimitQuestion) {
    try {
      return readQuestions(request);
    } catch (error) {
      metrics.decided('malformed');
      throw error;
    }
  }
  return async (request: RateLimitQuestion): Promise<RateLimitAnswer> => {
    const questions = readCounted(request);
    const [first] = questions;
    if (questions.length === 1 && first && first.kind !== 'giveBack') return admit(first);
    const failed = questions.filter((question) => question.kind === 'giveBack');
    if (failed.length < questions.length) throw malformedInput('One admission at a time.');
    await Promise.all(failed.map(giveBackOne));
    return acknowledgement;
  };
}
