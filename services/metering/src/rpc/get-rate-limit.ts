import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import {
  type LimitStateSchema,
  MeteringService,
} from '@tollgate/api/tollgate/metering/v1/metering_service';
import type { LimitWindow } from '@tollgate/api/words';
import { dependencyUnavailable } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Counters } from '../counters/connect.ts';
import { peekLimits } from '../counters/peek-limits.ts';
import type { Policies } from '../counters/policies.ts';
import type { Restorer } from '../counters/restore-tenant.ts';
import type { LimitState } from '../domain/limit.ts';

const windowNames: ReadonlyMap<number, LimitWindow> = new Map([
  [1, 'second'],
  [60, 'minute'],
  [3_600, 'hour'],
]);

/** What the plan's limits leave, by the counters and the arithmetic that the gate decides with. */
export function getRateLimit(parts: {
  policies: Policies;
  counters: Counters;
  restorer: Restorer;
}) {
  return handler(MeteringService.method.getRateLimit, async (_input, call) => {
    const { tenantId, environment } = call;
    const policy = await parts.policies.get(tenantId);
    const { states, nowUs } = await peekLimits(parts, policy, environment).catch((error) => {
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

function toProtoLimitState(
  { limit, remaining, resetUs }: LimitState,
  nowUs: number,
): MessageInitShape<typeof LimitStateSchema> {
  const rate = limit.kind === 'rate';
  return {
    limitId: limit.limitId,
    kind: limit.kind,
    limit: BigInt(rate ? limit.burst : limit.requests),
    remaining: BigInt(remaining),
    resetAt: toProtoTime(
      Temporal.Instant.fromEpochMilliseconds(Math.ceil((nowUs + resetUs) / 1_000)),
    ),
    window: rate ? (windowNames.get(limit.windowSeconds) ?? '') : 'month',
  };
}
