import type { LimitState } from '../policies/domain/limit.ts';
import type { OnDecided } from './batch.ts';
import type { Caller } from './caller.ts';
import { type Decided, type Place, placeOf, statesOf, type Verdict } from './decided.ts';
import type { Decider } from './group-commit.ts';

/** What came of a call. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One for each limit of the caller, in its order; empty when incomplete. */
  readonly states: readonly LimitState[];
  /** Where the call was counted, when it was counted now. */
  readonly place?: Place;
}

/**
 * Asks for one call and waits; `askedSinceUs` as in `Decider.ask`.
 *
 * @throws CountersUnavailable as `Decider.ask` tells.
 */
export function decideOne(
  decider: Decider,
  caller: Caller,
  requestId: string,
  askedSinceUs?: number,
): Promise<Outcome> {
  const id = Buffer.from(requestId);
  return whenDecided((tell) => decider.ask(caller, tell, id, 0, id.length, askedSinceUs));
}

/** Charges one call and waits. @throws CountersUnavailable as `Decider.ask` tells. */
export function chargeOne(
  decider: Decider,
  caller: Caller,
  requestId: string,
  askedUs: number,
): Promise<Outcome> {
  return whenDecided((tell) => decider.charge(caller, tell, requestId, askedUs));
}

function whenDecided(ask: (tell: OnDecided) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    ask((decided, error) => {
      if (decided) resolve(outcomeOf(decided));
      else reject(error ?? new Error('nothing was decided'));
    });
  });
}

/** A decision that stays. */
export function outcomeOf(decided: Decided): Outcome {
  const { verdict } = decided;
  if (verdict === 'incomplete') return { verdict, states: [] };
  const states = statesOf(decided);
  // Calls that are not counted have no windows.
  if (verdict === 'charged') return { verdict, states, place: placeOf(decided) };
  return { verdict, states };
}
