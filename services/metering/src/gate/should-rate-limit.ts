import { malformedInput } from '@tollgate/runtime/errors';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { GiveBack } from '../give-backs/give-back.ts';
import type { Owed } from '../give-backs/owed.ts';
import type { Decide } from './decide.ts';
import { acknowledgement, describeDecision, type RateLimitAnswer } from './describe-decision.ts';
import type { GateMetrics } from './gate-metrics.ts';
import type { Lane } from './lane.ts';
import {
  type AdmitQuestion,
  type GiveBackQuestion,
  type LaneQuestion,
  type Question,
  type RateLimitQuestion,
  readQuestions,
} from './read-question.ts';

/** Answers for one call; `askedSinceUs` as in `Decide`. */
export type Admit = (question: AdmitQuestion, askedSinceUs?: number) => Promise<RateLimitAnswer>;

/** What answering Envoy needs. */
export interface ShouldRateLimitParts {
  readonly admit: Admit;
  readonly giveBack: GiveBack;
  readonly owed: Owed;
  readonly metrics: GateMetrics;
  /** Absent: this gate checks no credentials. */
  readonly lane?: Lane | undefined;
}

/** Decides one call, counts what was decided, and describes it. @throws ConnectError as `decide`. */
export function createAdmit({ decide, metrics }: { decide: Decide; metrics: GateMetrics }): Admit {
  return async (question, askedSinceUs) => {
    try {
      const decision = await decide(question, askedSinceUs);
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
  const { admit, giveBack, owed, metrics } = parts;
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
  /** Where the settings of gates and of the gateway differ, nothing passes. */
  function laneOf(): Lane {
    if (parts.lane) return parts.lane;
    metrics.decided('malformed');
    throw malformedInput('This gate checks no credentials: it was given no pepper.');
  }
  /** A stream that ended before the gate's word came back still has its credential. */
  async function giveBackInLane(failed: LaneQuestion): Promise<void> {
    const key = await laneOf().keyOf(failed);
    if (!key) return metrics.gaveBack('nothing');
    const { tenantId, environment, keyId } = key;
    const { requestId } = failed;
    await giveBackOne({ kind: 'giveBack', tenantId, environment, keyId, requestId });
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
    if (questions.length === 1 && first && asksToAdmit(first)) {
      return first.kind === 'lane' ? laneOf().admit(first) : admit(first);
    }
    if (questions.some(asksToAdmit)) throw malformedInput('One admission at a time.');
    await Promise.all(
      questions.flatMap((failed) => {
        if (failed.kind === 'giveBack') return [giveBackOne(failed)];
        return failed.kind === 'lane' ? [giveBackInLane(failed)] : [];
      }),
    );
    return acknowledgement;
  };
}

function asksToAdmit(question: Question): question is AdmitQuestion | LaneQuestion {
  return question.kind === 'lane' ? question.asks === 'admit' : question.kind !== 'giveBack';
}
