import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { type AskRedisOptions, createAskRedis } from './ask-redis.ts';
import { addCall, addSameCall, type OnDecided, requestIdOf } from './batch.ts';
import type { Caller } from './caller.ts';
import { createTurns } from './create-turns.ts';
import type { LimitLists } from './limit-list.ts';
import { createOpenBatches } from './open-batches.ts';

/** Decides calls; those asked in one turn of the event loop travel in one script call. */
export interface Decider {
  /**
   * Asks for one call, whose id is `length` bytes of `source` from `from` on; they are read before it
   * returns. `onDecided` is told once, later: what was decided, or `CountersUnavailable` when Redis
   * does not answer in time. Then nothing is charged later either, unless Redis had decided before
   * the deadline and only its answer was lost: the error tells whether that can be.
   */
  ask(caller: Caller, onDecided: OnDecided, source: Uint8Array, from: number, length: number): void;
  /**
   * Charges a call whatever the limits say: it was let through without asking, at `askedUs` by Redis'
   * clock.
   */
  charge(caller: Caller, onDecided: OnDecided, requestId: string, askedUs: number): void;
}

/** What deciding needs and obeys. */
export interface GroupCommitOptions extends AskRedisOptions {
  readonly listOf: LimitLists;
}

/** Calls that may wait at once; beyond it callers hear at once that there is no room. */
const waitingMax = 20_000;
/**
 * While Redis decides one batch, the next one is on its way; see docs/adr. Where others begin to
 * collect, and no upper bound: a turn's batches leave together, and nothing collects for long.
 */
const inFlightMax = 2;

/** One script call per event-loop turn, whatever the number of callers. */
export function createGroupCommit(options: GroupCommitOptions): Decider {
  const { listOf } = options;
  const batches = createOpenBatches(options);
  let waiting = 0;
  const turns = createTurns(inFlightMax, () => {
    for (const batch of batches.takeAll()) {
      turns.begun();
      askRedis(batch);
    }
  });
  const askRedis = createAskRedis(options, {
    tell(batch, place, decided, error) {
      const isDecided = decided !== undefined && decided.verdict !== 'incomplete';
      waiting -= 1;
      batch.listeners[place]?.(decided, error, isDecided ? '' : requestIdOf(batch, place));
    },
    askAgain(batch, place, timeUs) {
      const caller = batch.callers[place] as Caller;
      if (caller.counted) caller.counted.account.window = monthAt(timeUs);
      renew(caller);
      const again = batches.batchFor(batch.shard, batch.isChecked);
      addSameCall(again, batch, place);
      batches.added(again);
    },
    ended(batch) {
      batches.reuse(batch);
      turns.ended(!batches.isEmpty);
    },
  });

  /** Accounts move from one window to the next, and their callers' limits with them. */
  function renew(caller: Caller): void {
    const window = caller.counted?.account.window;
    if (window && caller.list.window.endUs !== window.endUs) {
      caller.list = listOf(caller.limits, window);
    }
  }

  return {
    ask(caller, onDecided, source, from, length) {
      if (waiting >= waitingMax) {
        refuse(onDecided, Buffer.from(source.subarray(from, from + length)).toString());
        return;
      }
      renew(caller);
      const batch = batches.batchFor(caller.shard, true);
      addCall(batch, caller, onDecided, source, from, length);
      batches.added(batch);
      waiting += 1;
      turns.wanted();
    },
    charge(caller, onDecided, requestId, askedUs) {
      if (waiting >= waitingMax) {
        refuse(onDecided, requestId);
        return;
      }
      const id = Buffer.from(requestId);
      renew(caller);
      const batch = batches.batchFor(caller.shard, false);
      batch.askedSinceUs = Math.min(batch.askedSinceUs, askedUs);
      batch.askedUntilUs = Math.max(batch.askedUntilUs, askedUs);
      addCall(batch, caller, onDecided, id, 0, id.length);
      batches.added(batch);
      waiting += 1;
      turns.wanted();
    },
  };
}

/** Tells that there is no room, and the id of the call, which is not kept. */
function refuse(onDecided: OnDecided, requestId: string): void {
  const failure = new CountersUnavailable('too many decisions are waiting');
  queueMicrotask(() => onDecided(undefined, failure, requestId));
}
