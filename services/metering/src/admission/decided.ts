import { type Slot, slotOfIndex } from '../counters/domain/slot.ts';
import { type LimitState, quotaState, rateState } from '../policies/domain/limit.ts';
import type { LimitList } from './limit-list.ts';

/** What came of one call. */
export type Verdict =
  /** Charged nothing. */
  | 'refused'
  /** Admitted and charged. */
  | 'charged'
  /** The same call had been charged before, or had ended before its charge. */
  | 'repeated'
  /** The account's counters are incomplete: restore them, then ask again. Nothing was charged. */
  | 'incomplete';

/** The decision on one call, as Redis says it. One object for all of them: read it at once. */
export interface Decided {
  verdict: Verdict;
  /** By which it was decided; it stays. */
  list: LimitList;
  /** By Redis' clock, in microseconds since 1970. */
  nowUs: number;
  /** In which a charged call was counted. */
  slot: number;
  /** In which its id is remembered. */
  period: number;
  /** Of each limit of the list: a quota's use; how far a rate's arrival time is ahead, and its rest. */
  readonly numbers: Float64Array;
}

/** Where one call was counted, as it travels with it. */
export interface Place {
  readonly slot: Slot;
  readonly period: number;
}

/** Where a charged call was counted. */
export function placeOf({ slot, period }: Decided): Place {
  return { slot: slotOfIndex(slot), period };
}

/** What is left of each limit, in the order of the list. */
export function statesOf({ list, nowUs, numbers }: Decided): LimitState[] {
  let at = 0;
  const next = () => numbers[at++] ?? 0;
  return list.limits.map(({ limit }) => {
    if (limit.kind === 'quota') return quotaState(limit, next(), list.window.endUs - nowUs);
    return rateState(limit, { us: next(), rest: next() });
  });
}
