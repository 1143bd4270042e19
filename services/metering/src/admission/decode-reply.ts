import { readReservation } from '../counters/domain/reservation.ts';
import type { Slot } from '../counters/domain/slot.ts';
import { readPacked } from '../counters/packed.ts';
import { type LimitState, quotaState, rateState } from '../policies/domain/limit.ts';
import type { Account, Operation, Outcome } from './operation.ts';

/** What `admit.lua` says about a batch. */
export type Reply =
  /** Decided: one outcome for each operation, in order. */
  | { readonly kind: 'decided'; readonly nowUs: number; readonly outcomes: readonly Outcome[] }
  /** Nothing was done: Redis lives in another slot, or the deadline had passed. */
  | { readonly kind: 'again'; readonly nowUs: number };

const verdicts = ['refused', 'done', 'repeated', 'incomplete'] as const;

/** Reads what the script has packed. @throws Error when they do not fit what was asked. */
export function decodeReply(raw: unknown, operations: readonly Operation[], slot: Slot): Reply {
  if (!Buffer.isBuffer(raw)) throw new Error('the script answered something else than bytes');
  const numbers = readPacked(raw);
  const [code, nowUs] = [numbers.next(), numbers.next()];
  if (code !== 0) return { kind: 'again', nowUs };
  const outcomes = operations.map(outcomeOf);
  numbers.end();
  return { kind: 'decided', nowUs, outcomes };

  function outcomeOf(operation: Operation): Outcome {
    if (operation.kind === 'find') return found(numbers.text());
    const code = numbers.next();
    const verdict = verdicts[code];
    if (verdict === undefined) throw new Error(`unknown verdict ${code}`);
    if (operation.kind === 'giveBack') {
      return { verdict: verdict === 'refused' ? 'nothing' : verdict, states: [] };
    }
    const { account } = operation;
    const states = account.limits.map(({ limit }) => stateOf(limit));
    if (verdict === 'incomplete') return { verdict, states: [] };
    const reservation = verdict === 'done' ? reservationOf(account) : undefined;
    return reservation ? { verdict, states, reservation } : { verdict, states };
  }
  function found(record: string): Outcome {
    const reservation = readReservation(record);
    return reservation
      ? { verdict: 'done', states: [], reservation }
      : { verdict: 'nothing', states: [] };
  }
  function stateOf(limit: Account['limits'][number]['limit']): LimitState {
    if (limit.kind === 'rate') {
      return rateState(limit, { us: numbers.next(), rest: numbers.next() });
    }
    return quotaState(limit, numbers.next(), slot.monthEndMs * 1000 - nowUs);
  }
  function reservationOf({ environment, keyId }: Account) {
    return keyId === undefined ? undefined : { environment, slot, keyId };
  }
}
