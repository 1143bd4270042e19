import type { CommandWriter } from '../counters/command-writer.ts';
import { idsExpiryMs, periodAt, periodUs, voidPeriodAt } from '../counters/domain/id-period.ts';
import { shardNames } from '../counters/names.ts';
import { listHeadBytes, numberBytesMax, putListHead, putNumber } from '../counters/packed.ts';
import { type Batch, batchMax } from './batch.ts';
import type { Account, Caller } from './caller.ts';
import type { LimitList } from './limit-list.ts';
import { packedIdBytesMax } from './packed-id.ts';

/** How a batch is decided. */
export interface BatchTerms {
  /** The present by Redis' clock, in microseconds; Redis says so when it lives in another period. */
  readonly nowUs: number;
  /** By Redis' clock; after it nothing is charged any more. */
  readonly deadlineUs: number;
  /** The run of Redis whose counters count. */
  readonly run: number;
  /** How long ids of calls are remembered at least, so that a retry is not charged twice. */
  readonly idsKeptMs: number;
  /** How long before now a call may have been asked for elsewhere. */
  readonly retriedWithinMs: number;
}

/** Of the batch at work: those whose calls are in it, the limits and the accounts that they have. */
const callers: Caller[] = [];
const lists: LimitList[] = [];
const accounts: Account[] = [];
/** The next call of the same caller, by place; -1 after the last. */
const nextCall = new Int32Array(batchMax);

const terms = new Uint8Array(9 * numberBytesMax);
const groups = new Uint8Array(listHeadBytes + 3 * batchMax * numberBytesMax);
const ids = new Uint8Array(listHeadBytes + batchMax * packedIdBytesMax);
let packedLists = new Uint8Array(65_536);

let batches = 0;

/**
 * Writes the call of `decide.lua` on a batch; what several calls share stands there once, and calls
 * of one caller follow each other. `order` becomes the places of the calls as they are answered.
 */
export function encodeBatch(
  writer: CommandWriter,
  sha1: string,
  batch: Batch,
  { nowUs, deadlineUs, run, idsKeptMs, retriedWithinMs }: BatchTerms,
  order: number[],
): Buffer {
  const listSize = collect(batch);
  const sets = setNames(batch, { nowUs, idsKeptMs, retriedWithinMs });
  const period = periodAt(nowUs);
  const names = sets.length + callers.length + accounts.length;
  writer.begin(3 + names + 4);
  writer.text('EVALSHA');
  writer.text(sha1);
  writer.text(String(names));
  for (const name of sets) writer.text(name);
  for (const caller of callers) writer.bytes(caller.name.bulk);
  for (const account of accounts) writer.bytes(account.name.bulk);
  let at = putListHead(terms, 0, 8);
  at = putNumber(terms, at, Math.floor(deadlineUs));
  at = putNumber(terms, at, period);
  at = putNumber(terms, at, run);
  at = putNumber(terms, at, batch.isChecked ? 1 : 0);
  at = putNumber(terms, at, sets.length - 2);
  at = putNumber(terms, at, callers.length);
  at = putNumber(terms, at, accounts.length);
  at = putNumber(terms, at, idsExpiryMs(period, idsKeptMs));
  writer.part(terms, at);
  writer.part(packedLists, packLists(listSize));
  writer.part(groups, packGroups());
  writer.part(ids, packIds(batch, order));
  return writer.end();
}

/** Numbers what the batch touches, and chains the calls of each caller. */
function collect({ callers: askers, count }: Batch): number {
  batches += 1;
  callers.length = 0;
  lists.length = 0;
  accounts.length = 0;
  let listSize = 0;
  for (let call = 0; call < count; call += 1) {
    const caller = askers[call] as Caller;
    nextCall[call] = -1;
    if (caller.batch === batches) {
      nextCall[caller.last] = call;
      caller.last = call;
      caller.count += 1;
      continue;
    }
    caller.batch = batches;
    caller.first = call;
    caller.last = call;
    caller.count = 1;
    callers.push(caller);
    const { list } = caller;
    const account = caller.counted?.account;
    if (account && account.batch !== batches) {
      account.batch = batches;
      account.index = accounts.push(account);
    }
    if (list.batch !== batches) {
      list.batch = batches;
      list.index = listSize + 1;
      listSize += list.size;
      lists.push(list);
    }
  }
  return listSize;
}

/**
 * Changed credentials, ids of this period, then all other sets in which a call may be that was asked
 * before: those of the time since, or until, where the clock was set back meanwhile. No set is older,
 * or of a later time, than ids are remembered.
 */
function setNames(
  { shard, askedSinceUs, askedUntilUs }: Batch,
  {
    nowUs,
    idsKeptMs,
    retriedWithinMs,
  }: Pick<BatchTerms, 'nowUs' | 'idsKeptMs' | 'retriedWithinMs'>,
): string[] {
  const names = shardNames(shard);
  const keptUs = idsKeptMs * 1_000;
  const fromUs = Math.max(
    Math.min(askedSinceUs, nowUs - retriedWithinMs * 1_000),
    nowUs - keptUs - periodUs,
  );
  const toUs = Math.min(Math.max(askedSinceUs, askedUntilUs, nowUs), nowUs + keptUs);
  const period = periodAt(nowUs);
  const sets = [names.changed, names.ids(period)];
  for (let p = periodAt(fromUs); p <= periodAt(toUs); p += 1)
    if (p !== period) sets.push(names.ids(p));
  for (let v = voidPeriodAt(fromUs); v <= voidPeriodAt(toUs); v += 1) sets.push(names.void(v));
  return sets;
}

function packLists(size: number): number {
  const bytes = lists.reduce((sum, { packed }) => sum + packed.length, listHeadBytes);
  if (bytes > packedLists.length) packedLists = new Uint8Array(2 * bytes);
  let at = putListHead(packedLists, 0, size);
  for (const { packed } of lists) {
    packedLists.set(packed, at);
    at += packed.length;
  }
  return at;
}

/** Of each caller its account (0: not counted), its limits, how many calls. */
function packGroups(): number {
  let at = putListHead(groups, 0, 3 * callers.length);
  for (const { counted, list, count } of callers) {
    at = putNumber(groups, at, counted ? counted.account.index : 0);
    at = putNumber(groups, at, list.index);
    at = putNumber(groups, at, count);
  }
  return at;
}

function packIds({ ids: packed, idAt, count }: Batch, order: number[]): number {
  order.length = 0;
  let at = putListHead(ids, 0, count);
  for (const caller of callers) {
    for (let call = caller.first; call >= 0; call = nextCall[call] ?? -1) {
      order.push(call);
      const end = idAt[call + 1] ?? 0;
      for (let byte = idAt[call] ?? 0; byte < end; byte += 1) ids[at++] = packed[byte] ?? 0;
    }
  }
  return at;
}
