import type { Clock } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { type Batch, batchMax, clearBatch, openBatch } from './batch.ts';

/** The batches of a turn, while calls are added to them. */
export interface OpenBatches {
  /** The batch for calls of a shard that are to be checked, or not; there is room for one. */
  batchFor(shard: number, isChecked: boolean): Batch;
  /** A call has been added to it. */
  added(batch: Batch): void;
  /** All batches with calls in them; a new turn begins. */
  takeAll(): Batch[];
  readonly isEmpty: boolean;
  /** A batch that is done with: it is used again. */
  reuse(batch: Batch): void;
  /** Since when a call that is heard of now may have been asked for, in microseconds as Redis'. */
  askedSinceUs(): number;
}

/** A process that has not looked at its clock for so long stood still. */
const pauseMsMin = 1_000;
const beatMs = 250;
/** Kept for further use; each takes 35 KB. */
const spareMax = 64;

/** Opens batches as they are needed: for each shard one, and another one when it is full. */
export function createOpenBatches({
  counters,
  clock,
  retriedWithinMs,
}: {
  counters: Pick<Counters, 'nowUs'>;
  clock: Clock;
  /** How long before it is heard of a call may have been asked for elsewhere. */
  retriedWithinMs: number;
}): OpenBatches {
  const pausedMs = watchPauses(clock);
  let open: Batch[] = [];
  let full: Batch[] = [];
  const spare: Batch[] = [];

  // What is read after a pause was asked before it, and since then at another gate.
  const sinceUs = () => counters.nowUs() - (retriedWithinMs + pausedMs()) * 1_000;

  function openOne(shard: number, isChecked: boolean): Batch {
    const askedSinceUs = sinceUs();
    const at = spare.findIndex((batch) => batch.shard === shard && batch.isChecked === isChecked);
    const [reused] = at < 0 ? [] : spare.splice(at, 1);
    const batch = reused ?? openBatch({ shard, isChecked, askedSinceUs });
    batch.askedSinceUs = askedSinceUs;
    open.push(batch);
    return batch;
  }
  return {
    askedSinceUs: sinceUs,
    batchFor(shard, isChecked) {
      // Asked for each call, so nothing is made here. There are few: two for each shard.
      for (const batch of open) {
        if (batch.shard === shard && batch.isChecked === isChecked) return batch;
      }
      return openOne(shard, isChecked);
    },
    added(batch) {
      if (batch.count < batchMax) return;
      open.splice(open.indexOf(batch), 1);
      full.push(batch);
    },
    takeAll() {
      const all = [...full, ...open];
      full = [];
      open = [];
      return all;
    },
    get isEmpty() {
      return open.length === 0 && full.length === 0;
    },
    reuse(batch) {
      clearBatch(batch);
      if (spare.length < spareMax) spare.push(batch);
    },
  };
}

/**
 * How long this process stood still, in milliseconds, if that has just come to its end: it may have
 * been stopped, with calls in its sockets whose callers have gone to another gate.
 */
function watchPauses(clock: Clock): () => number {
  let beatAtMs = clock.monotonicMs();
  let pause = { ms: 0, untilMs: 0 };
  function look(): void {
    const nowMs = clock.monotonicMs();
    const ms = nowMs - beatAtMs;
    if (ms > pauseMsMin) pause = { ms, untilMs: nowMs + pauseMsMin };
    beatAtMs = nowMs;
  }
  setInterval(look, beatMs).unref();
  return () => {
    look();
    return clock.monotonicMs() < pause.untilMs ? pause.ms : 0;
  };
}
