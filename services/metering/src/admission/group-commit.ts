import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { type AskRedisOptions, createAskRedis } from './ask-redis.ts';
import {
  addCall,
  addSameCall,
  type Batch,
  type OnDecided,
  type Undecided,
  undecidedOf,
} from './batch.ts';
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
   * the deadline and only its answer was lost: the error tells whether that can be. Whoever did not
   * ask as soon as he heard of the call says since when it may have been asked for.
   */
  ask(
    caller: Caller,
    onDecided: OnDecided,
    source: Uint8Array,
    from: number,
    length: number,
    askedSinceUs?: number,
  ): void;
  /**
   * Charges a call whatever the limits say: it was let through without asking, at `askedUs` by Redis'
   * clock.
   */
  charge(caller: Caller, onDecided: OnDecided, requestId: string, askedUs: number): void;
  /**
   * Since when a call that is heard of now may have been asked for, at whichever gate, in microseconds
   * by Redis' clock: as long as Envoy waits, and as this process has stood still.
   */
  askedSinceUs(): number;
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
      const undecided = isDecided ? undefined : undecidedOf(batch, place);
      batch.listeners[place]?.(decided, error, undecided);
    },
    askAgain(batch, place, timeUs) {
      const caller = batch.callers[place] as Caller;
      if (caller.counted) caller.counted.account.window = monthAt(timeUs);
      renew(caller, listOf);
      const again = batches.batchFor(batch.shard, batch.isChecked);
      addSameCall(again, batch, place);
      batches.added(again);
    },
    ended(batch) {
      batches.reuse(batch);
      turns.ended(!batches.isEmpty);
    },
  });

  function add(
    batch: Batch,
    caller: Caller,
    onDecided: OnDecided,
    source: Uint8Array,
    from: number,
    length: number,
  ): void {
    addCall(batch, caller, onDecided, source, from, length);
    batches.added(batch);
    waiting += 1;
    turns.wanted();
  }
  return {
    askedSinceUs: batches.askedSinceUs,
    ask(caller, onDecided, source, from, length, askedSinceUs = Number.POSITIVE_INFINITY) {
      if (waiting >= waitingMax) {
        const requestId = Buffer.from(source.subarray(from, from + length)).toString();
        const sinceUs = Math.min(askedSinceUs, batches.askedSinceUs());
        return refuse(onDecided, { requestId, askedSinceUs: sinceUs });
      }
      renew(caller, listOf);
      const batch = batches.batchFor(caller.shard, true);
      if (askedSinceUs < batch.askedSinceUs) batch.askedSinceUs = askedSinceUs;
      add(batch, caller, onDecided, source, from, length);
    },
    charge(caller, onDecided, requestId, askedUs) {
      if (waiting >= waitingMax) return refuse(onDecided, { requestId, askedSinceUs: askedUs });
      const id = Buffer.from(requestId);
      renew(caller, listOf);
      const batch = batches.batchFor(caller.shard, false);
      batch.askedSinceUs = Math.min(batch.askedSinceUs, askedUs);
      batch.askedUntilUs = Math.max(batch.askedUntilUs, askedUs);
      add(batch, caller, onDecided, id, 0, id.length);
    },
  };
}

/** Accounts move from one window to the next, and their callers' limits with them. */
function renew(caller: Caller, listOf: LimitLists): void {
  const window = caller.counted?.account.window;
  if (window && caller.list.window.endUs !== window.endUs) {
    caller.list = listOf(caller.limits, window);
  }
}

/** Tells that there is no room, and of the call, which is not kept. */
function refuse(onDecided: OnDecided, undecided: Undecided): void {
  const failure = new CountersUnavailable('too many decisions are waiting');
  queueMicrotask(() => onDecided(undefined, failure, undecided));
}
