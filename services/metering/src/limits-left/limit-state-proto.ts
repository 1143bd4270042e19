import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { LimitStateSchema } from '@tollgate/api/tollgate/metering/v1/metering_service';
import type { LimitWindow } from '@tollgate/api/words';
import type { LimitState } from '../policies/domain/limit.ts';

const windowNames: ReadonlyMap<number, LimitWindow> = new Map([
  [1, 'second'],
  [60, 'minute'],
  [3_600, 'hour'],
]);

/** What is left of a limit, as clients read it; `nowUs` is when that was, in microseconds since 1970. */
export function toProtoLimitState(
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
