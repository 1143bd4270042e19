import type { TenantId } from '@tollgate/api';
import type { Caller } from '../../admission/caller.ts';
import { type Decided, statesOf } from '../../admission/decided.ts';
import type { Policy } from '../../policies/domain/policy.ts';
import { encodeRateLimitResponse } from '../codec/rate-limit-response.ts';
import { type DecideParts, type Decision, decideIncomplete, decideWithout } from '../decide.ts';
import { describeDecision } from '../describe-decision.ts';
import type { GateMetrics } from '../gate-metrics.ts';
import type { UpstreamQuestion } from '../read-question.ts';
import { admittedAnswer } from './prepared-answer.ts';
import { createRecogniser, type Recognised } from './recogniser.ts';

/** Who asks, and what was made of him under the policy that he had last. */
interface Known {
  readonly tenantId: TenantId;
  readonly credential: Pick<UpstreamQuestion, 'environment' | 'keyId' | 'keyLimit'>;
  policy: Policy | undefined;
  caller: Caller | undefined;
}

/**
 * Answers calls to upstreams by their bytes, without decoding, describing or encoding anything; all
 * other questions are answered by `others`, and so is what is not decided at once.
 */
export function answerRecognised(
  parts: DecideParts & { readonly metrics: GateMetrics },
  others: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): (message: Uint8Array) => Uint8Array | Promise<Uint8Array> {
  const { policies, upstreamCaller, decider, metrics } = parts;
  const recognise = createRecogniser<Known>(({ tenantId, environment, keyId, keyLimit }) => {
    const credential = { environment, keyId, ...(keyLimit ? { keyLimit } : {}) };
    return { tenantId, credential, policy: undefined, caller: undefined };
  });

  function callerOf(known: Known): Caller | undefined {
    const policy = policies.peek(known.tenantId);
    if (policy === undefined) return undefined;
    if (known.policy !== policy) {
      known.caller = upstreamCaller(policy, known.credential);
      known.policy = policy;
    }
    return known.caller;
  }
  function recognised(message: Uint8Array): Recognised<Known> | undefined {
    try {
      return recognise(message);
    } catch {
      return undefined; // whoever decodes it says what is wrong
    }
  }

  return (message) => {
    const found = recognised(message);
    const caller = found && callerOf(found.known);
    const policy = found?.known.policy;
    if (!caller || !policy) return others(message);
    const { idFrom, idLength } = found;
    return new Promise((resolve, reject) => {
      decider.ask(
        caller,
        (decided, error, undecided) => {
          if (!undecided) {
            if (decided) resolve(answerOf(metrics, caller, decided));
            return;
          }
          const { requestId, askedSinceUs: askedUs } = undecided;
          const call = { policy, caller, requestId, askedUs };
          answerLater(metrics, () =>
            decided ? decideIncomplete(parts, call) : decideWithout(parts, call, error),
          ).then(resolve, reject);
        },
        message,
        idFrom,
        idLength,
      );
    });
  };
}

function answerOf(metrics: GateMetrics, caller: Caller, decided: Decided): Uint8Array {
  if (decided.verdict !== 'refused') {
    metrics.decided('admitted');
    return admittedAnswer(caller, decided);
  }
  metrics.decided('refused');
  const decision = { admitted: false, states: statesOf(decided), degraded: false };
  return encodeRateLimitResponse(describeDecision(decision));
}

async function answerLater(
  metrics: GateMetrics,
  decide: () => Decision | Promise<Decision>,
): Promise<Uint8Array> {
  try {
    const decision = await decide();
    if (decision.degraded) metrics.decided('degraded');
    else metrics.decided(decision.admitted ? 'admitted' : 'refused');
    return encodeRateLimitResponse(describeDecision(decision));
  } catch (error) {
    metrics.decided('failed');
    throw error;
  }
}
