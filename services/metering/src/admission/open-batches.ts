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
}

/** Envoy asks again within this; its whole wait is below a second. */
const retriedWithinUs = 2_000_000;
/** Kept for further use; each takes 35 KB. */
const spareMax = 64;

/** Opens batches as they are needed: for each shard one, and another one when it is full. */
export function createOpenBatches(counters: Pick<Counters, 'nowUs'>): OpenBatches {
  let open: Batch[] = [];
  let full: Batch[] = [];
  const spare: Batch[] = [];

  function openOne(shard: number, isChecked: boolean): Batch {
    const askedSinceUs = counters.nowUs() - retriedWithinUs;
    const at = spare.findIndex((batch) => batch.shard === shard && batch.isChecked === isChecked);
    const [reused] = at < 0 ? [] : spare.splice(at, 1);
    const batch = reused ?? openBatch({ shard, isChecked, askedSinceUs });
    batch.askedSinceUs = askedSinceUs;
    open.push(batch);
    return batch;
  }
  return {
    batchFor(shard, isChecked) {
      const found = open.find((batch) => batch.shard === shard && batch.isChecked === isChecked);
      return found ?? openOne(shard, isChecked);
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
