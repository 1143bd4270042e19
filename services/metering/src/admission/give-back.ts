import type { TenantId } from '@tollgate/api';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { Reservation } from '../counters/domain/reservation.ts';
import type { Restorer } from '../snapshots/restore-tenant.ts';
import type { Decider } from './group-commit.ts';

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

/** Gives back by the same atomic step that admits. */
export function createGiveBack({
  decider,
  restorer,
}: {
  decider: Decider;
  restorer: Restorer;
}): GiveBack {
  return async (call) => {
    const { tenantId, requestId } = call;
    const reservation = call.reservation ?? (await reservationOf(decider, call));
    if (!reservation) return false;
    const operation = { kind: 'giveBack', tenant: tenantId, requestId, reservation } as const;
    const first = await decider.decide(operation);
    if (first.verdict !== 'incomplete') return first.verdict === 'done';
    await restorer.restore(tenantId);
    const second = await decider.decide(operation);
    if (second.verdict !== 'incomplete') return second.verdict === 'done';
    throw new CountersUnavailable('counters were lost again');
  };
}

/** Where the call was charged; if it was not, a charge that comes later finds it done already. */
async function reservationOf(decider: Decider, { tenantId, requestId }: FailedCall) {
  const found = await decider.decide({ kind: 'find', tenant: tenantId, requestId });
  return found.reservation;
}
