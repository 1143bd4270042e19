import type { Clock } from '@tollgate/runtime/service';
import type { Caller } from '../admission/caller.ts';
import { chargeOne, type Outcome } from '../admission/decide-one.ts';
import type { Decider } from '../admission/group-commit.ts';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { msPerSlot } from '../counters/domain/slot.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { Restorer } from '../snapshots/restorer.ts';
import type { MaySavedHold } from '../usage/may-saved-hold.ts';

/** A call to an upstream that Redis was asked for. */
export interface AskedCall {
  readonly policy: Pick<Policy, 'tenantId' | 'whenUnavailable'>;
  readonly caller: Caller;
  readonly requestId: string;
  /** Not after it was asked first, at whichever gate, by Redis' clock. */
  readonly askedUs: number;
}

/** What charging later needs. */
export interface OwedChargeParts {
  readonly decider: Decider;
  readonly restorer: Restorer;
  readonly counters: Pick<Counters, 'nowUs' | 'run'>;
  readonly maySavedHold: MaySavedHold;
  readonly clock: Clock;
}

const usPerSlot = msPerSlot * 1_000;

/** A charge may have been made, and Redis might not remember it: it is not made again. */
export class ChargeForgotten extends Error {
  override readonly name = 'ChargeForgotten';
}

/**
 * Charges a call that was let through without the counters, as something that is owed to them. The
 * charge may have been made already, as `failure` tells: it is repeated only while that would be
 * noticed.
 */
export function owedCharge(
  { decider, restorer, clock, counters, maySavedHold }: OwedChargeParts,
  { caller, policy, requestId, askedUs }: AskedCall,
  failure: CountersUnavailable,
): () => Promise<void> {
  let { repeatUntilMs: untilMs, asked } = failure;
  // No slot before can hold the charge. The account may live in a time of its own, and go on.
  const fromUs = Math.min(caller.counted?.account.window.startUs ?? 0, askedUs - usPerSlot);
  const from = Temporal.Instant.fromEpochMilliseconds(Math.floor(fromUs / 1_000));
  async function charge(): Promise<Outcome> {
    const isForgotten = (await isSavedFromBefore()) || untilMs <= clock.monotonicMs();
    if (isForgotten) throw new ChargeForgotten(`the call ${requestId} may have been charged`);
    return chargeOne(decider, caller, requestId, askedUs);
  }
  /** Of a charge that was saved, the present run of Redis need not have the id. */
  async function isSavedFromBefore(): Promise<boolean> {
    const { counted } = caller;
    if (!asked || !counted || counters.run() === asked.run) return false;
    const { tenantId } = policy;
    // From then on nothing is saved any more that was read before.
    await restorer.restore(tenantId);
    const { environment } = counted.account;
    const credential = { tenantId, environment, keyId: counted.keyId, from };
    if (await maySavedHold(credential, asked.atUs)) return true;
    // That run has not charged it: from here on the next one counts.
    asked = undefined;
    return false;
  }
  return async () => {
    try {
      if ((await charge()).verdict !== 'incomplete') return;
      await restorer.restore(policy.tenantId);
      if ((await charge()).verdict !== 'incomplete') return;
      throw new CountersUnavailable('counters were lost again');
    } catch (error) {
      if (error instanceof CountersUnavailable) {
        untilMs = Math.min(untilMs, error.repeatUntilMs);
        asked ??= error.asked;
      }
      throw error;
    }
  };
}
