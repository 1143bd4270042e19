import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import { dependencyUnavailable } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Counters } from '../counters/connect.ts';
import type { Policies } from '../policies/policies.ts';
import type { Restorer } from '../snapshots/restorer.ts';
import { toProtoLimitState } from './limit-state-proto.ts';
import { peekLimits } from './peek-limits.ts';

/** What the plan's limits leave, by the counters and the arithmetic that the gate decides with. */
export function getRateLimit({
  policies,
  counters,
  restorer,
}: {
  policies: Policies;
  counters: Counters;
  restorer: Restorer;
}) {
  return handler(MeteringService.method.getRateLimit, async (_input, call) => {
    const { tenantId, environment } = call;
    const policy = await policies.get(tenantId);
    const peeked = peekLimits({ counters, restorer }, policy, environment);
    const { states, nowUs } = await peeked.catch((error) => {
      throw dependencyUnavailable('counters', error);
    });
    // Without any limit nothing is left to run out; this is the greatest exact number.
    const left = Math.min(Number.MAX_SAFE_INTEGER, ...states.map(({ remaining }) => remaining));
    return {
      tenantId,
      requestsRemaining: BigInt(left),
      limits: states.map((state) => toProtoLimitState(state, nowUs)),
      planId: policy.planId,
    };
  });
}
