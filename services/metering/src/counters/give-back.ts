import type { TenantId } from '@tollgate/runtime';
import { type Reservation, readReservation } from '../domain/reservation.ts';
import type { Counters } from './connect.ts';
import type { Decider } from './group-commit.ts';
import { keys } from './keys.ts';
import { CountersUnavailable } from './operation.ts';
import type { Restorer } from './restore-tenant.ts';

/** A call that failed. */
export interface FailedCall {
  readonly tenantId: TenantId;
  readonly requestId: string;
  /** Where it was counted, if that is known; else it is looked up. */
  readonly reservation?: Reservation;
}

/**
 * Takes back the charge of failed calls, each once, whoever reports it and however often. Answers
 * whether something was given back: not for calls that were refused or are too old to be remembered.
 * A call that has no charge yet will not get one: its charge may still wait, at a gate that was
 * paused or that let the call through while the counters were away.
 *
 * @throws CountersUnavailable when it is not known; asking again is safe.
 */
export type GiveBack = (call: FailedCall) => Promise<boolean>;

/** What stands in the record of a call that had failed before it was charged. */
const neverCharged = '-';

/** Gives back by the same atomic step that admits. */
export function createGiveBack(parts: {
  decider: Decider;
  counters: Counters;
  restorer: Restorer;
  /** As long as a charge may still come. */
  recordTtlMs: number;
}): GiveBack {
  const { decider, counters, restorer, recordTtlMs } = parts;
  /** Where the call was charged; if it was not, a charge that comes later finds it done already. */
  async function reservationOf({ tenantId, requestId }: FailedCall) {
    const name = keys.record(tenantId, requestId);
    const record = await counters.redis
      .set(name, neverCharged, 'PX', recordTtlMs, 'NX', 'GET')
      .catch((error) => {
        throw new CountersUnavailable('Redis failed', { cause: error });
      });
    return record === null ? undefined : readReservation(record);
  }
  return async (call) => {
    const { tenantId, requestId } = call;
    const reservation = call.reservation ?? (await reservationOf(call));
    if (!reservation) return false;
    const operation = { kind: 'giveBack', tenant: tenantId, requestId, reservation } as const;
    const first = await decider.decide(operation);
    if (first.verdict !== 'incomplete') return first.verdict === 'done';
    await restorer.restore(tenantId);
    return (await decider.decide(operation)).verdict === 'done';
  };
}
