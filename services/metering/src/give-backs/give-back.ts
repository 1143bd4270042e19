import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { repeatableMs } from '../counters/domain/id-period.ts';
import type { Reservation } from '../counters/domain/reservation.ts';
import { slotOfIndex } from '../counters/domain/slot.ts';
import { putCounter } from '../snapshots/put-counter.ts';
import type { Restorer } from '../snapshots/restorer.ts';
import { findCounter } from '../usage/usage-store.ts';
import {
  type ChargedCall,
  type ChargePlace,
  giveBackCall,
  giveBackScript,
} from './give-back-call.ts';

/** A call that failed. The same object each time that it is asked for again. */
export interface FailedCall {
  readonly tenantId: TenantId;
  readonly requestId: string;
  /** Where it was counted, if that is known; else it is looked up, by who made it. */
  readonly reservation?: Reservation;
  readonly environment?: Environment;
  readonly keyId?: string;
}

/**
 * Takes back the charge of failed calls, each once, whoever reports it and however often. Answers
 * whether something was given back: not for calls that were refused or are too old to be remembered.
 * A call that has no charge yet will not get one: its charge may still wait, at a gate that was
 * paused or that let the call through while the counters were away.
 *
 * @throws CountersUnavailable when it is not known; asking again is safe.
 * @throws GiveBackForgotten when it has been asked for so long that it might be given back twice.
 */
export type GiveBack = (call: FailedCall) => Promise<boolean>;

/** It may have been done, so long ago that Redis might not remember it: it is not done again. */
class GiveBackForgotten extends Error {
  override readonly name = 'GiveBackForgotten';
}

/** What giving back needs. */
export interface GiveBackParts {
  readonly counters: Counters;
  readonly clock: Clock;
  readonly database: Database;
  readonly restorer: Restorer;
  readonly idsKeptMs: number;
  /** Wait for one answer of Redis; what comes later has its effect, and is told once more. */
  readonly timeoutMs: number;
}

/** What the script says. */
type Said = readonly [code: 0 | 1 | 2 | 3 | 4 | 5, slotOrTime?: number, period?: number];

/** Most steps: learn the time, find it, restore the account, bring the counter back, give back. */
const stepsMax = 6;

/** Gives back in one atomic step, which tells what it misses first. */
export function createGiveBack(parts: GiveBackParts): GiveBack {
  const firstAskedMs = new WeakMap<FailedCall, number>();
  const { idsKeptMs: keptMs, timeoutMs } = parts;
  const forMs = repeatableMs({ keptMs, timeoutMs });

  function checkAge(call: FailedCall): void {
    const nowMs = parts.clock.monotonicMs();
    const firstMs = firstAskedMs.get(call) ?? nowMs;
    firstAskedMs.set(call, firstMs);
    if (nowMs - firstMs <= forMs) return;
    throw new GiveBackForgotten(`the call ${call.requestId} may have been given back`);
  }
  return async (failed) => {
    checkAge(failed);
    const { tenantId, requestId, reservation, ...known } = failed;
    const { environment, keyId } = { ...known, ...reservation };
    if (environment === undefined || keyId === undefined) return false;
    const call = { tenantId, requestId, environment, keyId };
    let place: ChargePlace | undefined = reservation && {
      slot: reservation.slot.index,
      period: reservation.period,
    };
    for (let step = 1; step <= stepsMax; step += 1) {
      const [code, slot = 0, period = 0] = await askScript(parts, call, place);
      if (code === 0) return false;
      if (code === 1) return true;
      if (code === 2) await parts.restorer.restore(tenantId);
      else if (code === 3) await bringBack(parts, call, slot);
      else if (code === 5) parts.counters.sawTime(slot);
      else place = { slot, period };
    }
    throw new CountersUnavailable('counters were lost again');
  };
}

async function askScript(
  { counters, idsKeptMs, timeoutMs }: GiveBackParts,
  call: ChargedCall,
  place: ChargePlace | undefined,
): Promise<Said> {
  const { shards } = counters;
  const of = { nowUs: counters.nowUs(), run: counters.run(), idsKeptMs, shards };
  const { names, args } = giveBackCall(call, place, of);
  // The script answers nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await within(timeoutMs, counters.script(giveBackScript, names, args))) as Said;
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new CountersUnavailable('Redis did not answer in time'));
    // After a look at what has arrived: when it was us who were busy, timers come before answers.
    const timer = setTimeout(() => setImmediate(late), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** Brings the counter of a slot that is over back into Redis: it was saved, and forgotten there. */
async function bringBack(
  { counters, database }: GiveBackParts,
  { tenantId, environment, keyId }: ChargedCall,
  slotIndex: number,
): Promise<void> {
  const slot = slotOfIndex(slotIndex);
  const saved = await database
    .read({ tenantId }, (rows) => findCounter(rows, { tenantId, environment, keyId, slot }))
    .catch((cause: unknown) => {
      throw new CountersUnavailable('the counter is not to be had', { cause });
    });
  const { admitted, givenBack } = saved ?? { admitted: 0n, givenBack: 0n };
  await putCounter(counters, { tenantId, environment, keyId, slot, admitted, givenBack });
}
