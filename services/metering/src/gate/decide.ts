import { dependencyUnavailable } from '@tollgate/runtime/errors';
import type { Log } from '@tollgate/runtime/service';
import type { Caller } from '../admission/caller.ts';
import { decideOne, type Outcome } from '../admission/decide-one.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { Reservation } from '../counters/domain/reservation.ts';
import type { GiveBack } from '../give-backs/give-back.ts';
import type { Owed } from '../give-backs/owed.ts';
import type { LimitState } from '../policies/domain/limit.ts';
import type { Policies } from '../policies/policies.ts';
import type { ApiCallers, UpstreamCallers } from './callers.ts';
import type { LocalLimits } from './local-limits.ts';
import { type AskedCall, type OwedChargeParts, owedCharge } from './owed-charge.ts';
import type { AdmitQuestion, ApiQuestion, UpstreamQuestion } from './read-question.ts';

/** The gate's word on one call. */
export interface Decision {
  readonly admitted: boolean;
  /** One for each limit that was asked. */
  readonly states: readonly LimitState[];
  /** Where the call was counted; absent for calls that are not counted, and for repetitions. */
  readonly reservation?: Reservation;
  /** Decided without the counters, by this process alone. */
  readonly degraded: boolean;
}

/** Everything that deciding needs. */
export interface DecideParts extends OwedChargeParts {
  readonly policies: Policies;
  readonly giveBack: GiveBack;
  readonly localLimits: LocalLimits;
  readonly owed: Owed;
  readonly upstreamCaller: UpstreamCallers;
  readonly apiCaller: ApiCallers;
  readonly log: Log;
}

/**
 * Decides calls. While the counters are away it does what was agreed: calls to our own API pass
 * under local limits; calls to an upstream do as the plan says, `allow` under local limits and a
 * charge that is made up for later, or `deny` with an error, which Envoy answers with 503.
 *
 * @throws ConnectError UNAVAILABLE when it cannot be decided.
 */
export function createDecide(parts: DecideParts): Decide {
  return (question, askedSinceUs = parts.decider.askedSinceUs()) =>
    question.kind === 'api'
      ? decideApi(parts, question, askedSinceUs)
      : decideUpstream(parts, question, askedSinceUs);
}

/** Decides a call; `askedSinceUs` as in `Decider.ask`, for one that was heard of before. */
export type Decide = (question: AdmitQuestion, askedSinceUs?: number) => Promise<Decision>;

function decideApi(
  parts: DecideParts,
  question: ApiQuestion,
  askedSinceUs: number,
): Promise<Decision> {
  const caller = parts.apiCaller(question);
  return decideOne(parts.decider, caller, question.requestId, askedSinceUs).then(
    (outcome) => toDecision(caller, outcome),
    (error: unknown) => {
      if (!(error instanceof CountersUnavailable)) throw error;
      return { ...parts.localLimits.admit(caller), degraded: true };
    },
  );
}

async function decideUpstream(
  parts: DecideParts,
  question: UpstreamQuestion,
  askedUs: number,
): Promise<Decision> {
  const { policies, upstreamCaller, decider } = parts;
  const { tenantId, requestId } = question;
  const policy = policies.peek(tenantId) ?? (await policies.get(tenantId));
  const caller = upstreamCaller(policy, question);
  const call = { policy, caller, requestId, askedUs };
  try {
    const outcome = await decideOne(decider, caller, requestId, askedUs);
    if (outcome.verdict !== 'incomplete') return toDecision(caller, outcome);
  } catch (error) {
    return decideWithout(parts, call, error);
  }
  return decideIncomplete(parts, call);
}

/** Decides a call of whose account Redis has said that it is incomplete. @throws as `createDecide`. */
export async function decideIncomplete(parts: DecideParts, call: AskedCall): Promise<Decision> {
  const { restorer, decider } = parts;
  const { policy, caller, requestId, askedUs } = call;
  try {
    await restorer.restore(policy.tenantId);
    const outcome = await decideOne(decider, caller, requestId, askedUs);
    if (outcome.verdict !== 'incomplete') return toDecision(caller, outcome);
    throw new CountersUnavailable('counters were lost again');
  } catch (error) {
    return decideWithout(parts, call, error);
  }
}

/** Decides a call that Redis was asked for in vain. @throws as `createDecide`. */
export function decideWithout(parts: DecideParts, call: AskedCall, failure: unknown): Decision {
  if (!(failure instanceof CountersUnavailable)) throw failure;
  const { tenantId, whenUnavailable } = call.policy;
  parts.log.debug({ error: failure, tenantId, whenUnavailable }, 'decided without the counters');
  if (whenUnavailable === 'deny' || !parts.owed.hasRoom) {
    throw dependencyUnavailable('counters', failure);
  }
  return decideAlone(parts, call, failure);
}

/**
 * Decides by local limits. What passes is charged when the counters are back; what does not may have
 * been charged by a Redis whose answer was lost, and is given back.
 */
function decideAlone(parts: DecideParts, call: AskedCall, failure: CountersUnavailable): Decision {
  const { caller, requestId, policy } = call;
  const { tenantId } = policy;
  const decision = parts.localLimits.admit(caller);
  const { counted } = caller;
  const who = counted ? { environment: counted.account.environment, keyId: counted.keyId } : {};
  const refused = { tenantId, requestId, ...who };
  const isNoted = decision.admitted
    ? parts.owed.add(owedCharge(parts, call, failure))
    : !failure.mayBeDone || parts.owed.add(() => parts.giveBack(refused));
  // Envoy answers with 503, and has what may be charged given back.
  if (!isNoted) throw dependencyUnavailable('counters', failure);
  return { ...decision, degraded: true };
}

function toDecision(caller: Caller, { verdict, states, place }: Outcome): Decision {
  const admitted = verdict !== 'refused';
  if (!caller.counted || !place) return { admitted, states, degraded: false };
  const { account, keyId } = caller.counted;
  const reservation = { environment: account.environment, keyId, ...place };
  return { admitted, states, degraded: false, reservation };
}
