import type { TenantId } from '@tollgate/api';
import { dependencyUnavailable } from '@tollgate/runtime/errors';
import type { Log } from '@tollgate/runtime/service';
import type { GiveBack } from '../admission/give-back.ts';
import type { Decider } from '../admission/group-commit.ts';
import type { Account, Operation, Outcome } from '../admission/operation.ts';
import type { Owed } from '../admission/owed.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { Reservation } from '../counters/domain/reservation.ts';
import type { LimitState } from '../policies/domain/limit.ts';
import type { Policies } from '../policies/policies.ts';
import type { Restorer } from '../snapshots/restore-tenant.ts';
import type { createApiAccounts, createUpstreamAccounts } from './accounts.ts';
import type { LocalLimits } from './local-limits.ts';
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
export interface DecideParts {
  readonly policies: Policies;
  readonly decider: Decider;
  readonly restorer: Restorer;
  readonly giveBack: GiveBack;
  readonly localLimits: LocalLimits;
  readonly owed: Owed;
  readonly upstreamAccount: ReturnType<typeof createUpstreamAccounts>;
  readonly apiAccount: ReturnType<typeof createApiAccounts>;
  readonly log: Log;
}

/**
 * Decides calls. While the counters are away it does what was agreed: calls to our own API pass
 * under local limits; calls to an upstream do as the plan says, `allow` under local limits and a
 * charge that is made up for later, or `deny` with an error, which Envoy answers with 503.
 *
 * @throws ConnectError UNAVAILABLE when it cannot be decided.
 */
export function createDecide(parts: DecideParts): (question: AdmitQuestion) => Promise<Decision> {
  return (question) =>
    question.kind === 'api' ? decideApi(parts, question) : decideUpstream(parts, question);
}

function decideApi(parts: DecideParts, question: ApiQuestion): Promise<Decision> {
  const account = parts.apiAccount(question);
  const { requestId } = question;
  return parts.decider.decide({ kind: 'admit', account, requestId }).then(toDecision, (error) => {
    if (!(error instanceof CountersUnavailable)) throw error;
    return { ...parts.localLimits.admit(account), degraded: true };
  });
}

async function decideUpstream(parts: DecideParts, question: UpstreamQuestion): Promise<Decision> {
  const { policies, upstreamAccount } = parts;
  const { tenantId, requestId } = question;
  const policy = policies.peek(tenantId) ?? (await policies.get(tenantId));
  const account = upstreamAccount(policy, question);
  const operation: Operation = { kind: 'admit', account, requestId };
  try {
    // Most often decided at once: each function that waits costs as much as the decision's share.
    const outcome = await parts.decider.decide(operation);
    if (outcome.verdict !== 'incomplete') return toDecision(outcome);
    return toDecision(await decideRestored(parts, tenantId, operation));
  } catch (error) {
    if (!(error instanceof CountersUnavailable)) throw error;
    const { whenUnavailable } = policy;
    parts.log.debug({ error, tenantId, whenUnavailable }, 'decided without the counters');
    if (whenUnavailable === 'deny' || !parts.owed.hasRoom) {
      throw dependencyUnavailable('counters', error);
    }
    return decideAlone(parts, { account, tenantId, requestId, failure: error });
  }
}

/** Asks once more after the tenant's counters have been restored, if need be. */
async function decideComplete(
  parts: DecideParts,
  tenantId: TenantId,
  operation: Operation,
): Promise<Outcome> {
  const first = await parts.decider.decide(operation);
  return first.verdict === 'incomplete' ? decideRestored(parts, tenantId, operation) : first;
}

async function decideRestored(
  { decider, restorer }: DecideParts,
  tenantId: TenantId,
  operation: Operation,
): Promise<Outcome> {
  await restorer.restore(tenantId);
  const second = await decider.decide(operation);
  if (second.verdict !== 'incomplete') return second;
  throw new CountersUnavailable('counters were lost again');
}

/** A call that Redis was asked for in vain. */
interface Undecided {
  readonly account: Account;
  readonly tenantId: TenantId;
  readonly requestId: string;
  readonly failure: CountersUnavailable;
}

/**
 * Decides by local limits. What passes is charged when the counters are back; what does not may have
 * been charged by a Redis whose answer was lost, and is given back.
 */
function decideAlone(parts: DecideParts, call: Undecided): Decision {
  const { tenantId, requestId, failure } = call;
  const decision = parts.localLimits.admit(call.account);
  const isNoted = decision.admitted
    ? oweCharge(parts, call)
    : !failure.mayBeDone || parts.owed.add(() => parts.giveBack({ tenantId, requestId }));
  // Envoy answers with 503, and has what may be charged given back.
  if (!isNoted) throw dependencyUnavailable('counters', failure);
  return { ...decision, degraded: true };
}

/** The charge may have been made already: it is repeated only while that would be noticed. */
function oweCharge(
  parts: DecideParts,
  { account, tenantId, requestId, failure }: Undecided,
): boolean {
  let untilMs = failure.repeatUntilMs;
  return parts.owed.add(async () => {
    try {
      await decideComplete(parts, tenantId, { kind: 'charge', account, requestId, untilMs });
    } catch (error) {
      if (error instanceof CountersUnavailable) untilMs = Math.min(untilMs, error.repeatUntilMs);
      throw error;
    }
  });
}

function toDecision({ verdict, states, reservation }: Outcome): Decision {
  const admitted = verdict !== 'refused';
  if (!reservation) return { admitted, states, degraded: false };
  return { admitted, states, degraded: false, reservation };
}
