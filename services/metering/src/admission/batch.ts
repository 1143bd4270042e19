import type { Caller } from './caller.ts';
import type { Decided } from './decided.ts';
import { packedIdBytesMax, putId, readId } from './packed-id.ts';

/** Most calls in one batch: with as many accounts they have far fewer names than Lua can unpack. */
export const batchMax = 256;

/** A call that is not decided yet: whoever asked need not keep it. */
export interface Undecided {
  readonly requestId: string;
  /** Nobody has asked for it before, by Redis' clock, in microseconds since 1970. */
  readonly askedSinceUs: number;
}

/**
 * Is told what came of a call, or why nothing is known of it. Where it is not decided yet (incomplete,
 * or an error) the call is told, too. Must not throw.
 */
export type OnDecided = (
  decided: Decided | undefined,
  error: Error | undefined,
  undecided: Undecided | undefined,
) => void;

/** Calls that are decided together, as they were asked. All of one shard. */
export interface Batch {
  readonly shard: number;
  /** Whether limits are asked; calls that were let through without are charged in any case. */
  readonly isChecked: boolean;
  /**
   * Since and until when its calls may have been asked before; microseconds by Redis' clock, which may
   * have been set back meanwhile.
   */
  askedSinceUs: number;
  askedUntilUs: number;
  readonly callers: Caller[];
  readonly listeners: OnDecided[];
  /** Packed ids, one after the other, and where each begins and the last ends. */
  readonly ids: Uint8Array;
  readonly idAt: Uint32Array;
  count: number;
}

/** An empty batch. */
export function openBatch(of: Pick<Batch, 'shard' | 'isChecked' | 'askedSinceUs'>): Batch {
  return {
    ...of,
    askedUntilUs: 0,
    callers: [],
    listeners: [],
    ids: new Uint8Array(batchMax * packedIdBytesMax),
    idAt: new Uint32Array(batchMax + 1),
    count: 0,
  };
}

/** Empties a batch for further use, as one of the same kind. */
export function clearBatch(batch: Batch): void {
  batch.callers.length = 0;
  batch.listeners.length = 0;
  batch.askedUntilUs = 0;
  batch.count = 0;
}

/** Adds a call, whose id is `length` bytes of `source` from `from` on, to a batch with room. */
export function addCall(
  batch: Batch,
  caller: Caller,
  onDecided: OnDecided,
  source: Uint8Array,
  from: number,
  length: number,
): void {
  const { count, idAt, ids } = batch;
  batch.callers.push(caller);
  batch.listeners.push(onDecided);
  idAt[count + 1] = putId(ids, idAt[count] ?? 0, source, from, length);
  batch.count = count + 1;
}

/** Adds a call of another batch, with the same caller, id and listener, to a batch with room. */
export function addSameCall(batch: Batch, other: Batch, place: number): void {
  const { count, idAt, ids } = batch;
  const id = other.ids.subarray(other.idAt[place], other.idAt[place + 1]);
  const start = idAt[count] ?? 0;
  batch.callers.push(other.callers[place] as Caller);
  batch.listeners.push(other.listeners[place] as OnDecided);
  ids.set(id, start);
  idAt[count + 1] = start + id.length;
  batch.count = count + 1;
  batch.askedSinceUs = Math.min(batch.askedSinceUs, other.askedSinceUs);
  batch.askedUntilUs = Math.max(batch.askedUntilUs, other.askedUntilUs);
}

/** A call in a batch. */
export function undecidedOf({ ids, idAt, askedSinceUs }: Batch, place: number): Undecided {
  return { requestId: readId(ids, idAt[place] ?? 0, idAt[place + 1] ?? 0), askedSinceUs };
}
