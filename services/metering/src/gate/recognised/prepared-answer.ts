import {
  beginMessage,
  beginNested,
  createWriter,
  endNested,
  finish,
  writeRaw,
  writeUint32,
  writeUint64,
} from '@tollgate/wire';
import type { Caller } from '../../admission/caller.ts';
import type { Decided } from '../../admission/decided.ts';
import type { LimitList } from '../../admission/limit-list.ts';
import { reservationText } from '../../counters/domain/reservation.ts';
import { slotOfIndex } from '../../counters/domain/slot.ts';
import { type LimitLeft, putQuotaLeft, putRateLeft } from '../../policies/domain/limit.ts';
import { encodeRateLimitResponse } from '../codec/rate-limit-response.ts';
import { describeDecision } from '../describe-decision.ts';

/** Tags of a `RateLimitResponse`, of its statuses and of its metadata. */
const statusTag = 18;
const metadataTag = 50;
const statusTags = { remaining: 24, reset: 34 };
/** Of the only field of a duration. */
const secondsTag = 8;
/** Of an entry of the metadata's map. */
const entryTag = 10;

/** What the answers to all callers with the same limits share, encoded. */
interface PreparedList {
  /** Of each limit, a status that is OK, up to what is left of the limit. */
  readonly statuses: readonly Uint8Array[];
  /** Of each limit, the metadata's entry that names it, for when it is the decisive one. */
  readonly names: readonly Uint8Array[];
  readonly noLimit: Uint8Array;
}

const preparedLists = new WeakMap<LimitList, PreparedList>();
/** Of each caller the metadata's entry that says where its call was counted, as it was last. */
const reservations = new WeakMap<Caller, { slot: number; period: number; entry: Uint8Array }>();

const head = Uint8Array.of(8, 1);
const admittedEntry = textEntry('admitted', 'true');
const noReservation = textEntry('reservation', 'none');
const writer = createWriter();

/** Of the call at work: what is left of each limit, and the limits' places, the decisive one first. */
const lefts: LimitLeft[] = Array.from({ length: 16 }, () => ({
  remaining: 0,
  retryUs: 0,
  resetUs: 0,
}));
const places = new Uint8Array(16);

/**
 * The answer to an admitted call, byte for byte what `describeDecision` says, from prepared bytes: only
 * what is left, when it resets and where the call was counted differ from one call to the next.
 */
export function admittedAnswer(caller: Caller, decided: Decided): Uint8Array {
  const { list } = decided;
  const prepared = preparedList(list);
  const limits = sortLimits(decided);
  beginMessage(writer);
  writeRaw(writer, head);
  for (let at = 0; at < limits; at += 1) {
    const place = places[at] ?? 0;
    const left = lefts[place] as LimitLeft;
    writeUint32(writer, statusTag);
    const status = beginNested(writer);
    writeRaw(writer, prepared.statuses[place] ?? head);
    if (left.remaining > 0) {
      writeUint32(writer, statusTags.remaining);
      writeUint32(writer, Math.min(left.remaining, 0xffff_ffff));
    }
    writeUint32(writer, statusTags.reset);
    const reset = beginNested(writer);
    writeSeconds(Math.ceil(left.resetUs / 1_000_000));
    endNested(writer, reset);
    endNested(writer, status);
  }
  writeUint32(writer, metadataTag);
  const metadata = beginNested(writer);
  const first = places[0] ?? 0;
  writeRaw(writer, limits === 0 ? prepared.noLimit : (prepared.names[first] ?? head));
  writeRaw(writer, decided.verdict === 'charged' ? reservationOf(caller, decided) : noReservation);
  writeReset(limits === 0 ? 0 : Math.ceil((lefts[first] as LimitLeft).resetUs / 1_000_000));
  writeRaw(writer, admittedEntry);
  endNested(writer, metadata);
  return finish(writer);
}

function writeSeconds(seconds: number): void {
  if (seconds === 0) return;
  writeUint32(writer, secondsTag);
  if (seconds < 0x8000_0000) writeUint32(writer, seconds);
  else writeUint64(writer, BigInt(seconds));
}

/** Computes what is left, and brings the limits into the order of `describeDecision`. */
function sortLimits({ list, nowUs, numbers }: Decided): number {
  const { limits, window } = list;
  let at = 0;
  for (let place = 0; place < limits.length; place += 1) {
    const { limit } = limits[place] as LimitList['limits'][number];
    const left = lefts[place] as LimitLeft;
    if (limit.kind === 'quota') {
      putQuotaLeft(left, limit, numbers[at] ?? 0, window.endUs - nowUs);
      at += 1;
    } else {
      putRateLeft(left, limit, numbers[at] ?? 0, numbers[at + 1] ?? 0);
      at += 2;
    }
    let to = place;
    for (; to > 0 && isTighter(left, lefts[places[to - 1] ?? 0] as LimitLeft); to -= 1) {
      places[to] = places[to - 1] ?? 0;
    }
    places[to] = place;
  }
  return limits.length;
}

/** What has least left comes first; of an admitted call none waits. */
function isTighter(a: LimitLeft, b: LimitLeft): boolean {
  return (b.retryUs - a.retryUs || a.remaining - b.remaining || b.resetUs - a.resetUs) < 0;
}

function preparedList(list: LimitList): PreparedList {
  let prepared = preparedLists.get(list);
  if (!prepared) {
    prepared = {
      statuses: list.limits.map(({ limit }) => statusOf(limit)),
      names: list.limits.map(({ limit }) => textEntry('limit_id', limit.limitId)),
      noLimit: textEntry('limit_id', 'none'),
    };
    preparedLists.set(list, prepared);
  }
  return prepared;
}

/** A status of nothing left and no reset, which ends where those would begin. */
function statusOf(limit: LimitList['limits'][number]['limit']): Uint8Array {
  const state = { limit, remaining: 0, retryUs: 0, resetUs: 0 };
  const { statuses } = describeDecision({ admitted: true, states: [state], degraded: false });
  const bytes = encodeRateLimitResponse({ overallCode: 0, statuses: statuses ?? [] });
  // At its end the empty reset.
  return withoutHead(bytes).slice(0, -2);
}

/** The caller's counter, written anew when a period of ids is over. */
function reservationOf(caller: Caller, { slot, period }: Decided): Uint8Array {
  const { counted } = caller;
  if (!counted) return noReservation;
  const known = reservations.get(caller);
  if (known?.period === period && known.slot === slot) return known.entry;
  const { environment } = counted.account;
  const { keyId } = counted;
  const text = reservationText({ environment, keyId, slot: slotOfIndex(slot), period });
  const entry = textEntry('reservation', text);
  reservations.set(caller, { slot, period, entry });
  return entry;
}

const resetHead = Uint8Array.from([10, 5, ...Buffer.from('reset')]);

function writeReset(seconds: number): void {
  writeUint32(writer, entryTag);
  const entry = beginNested(writer);
  writeRaw(writer, resetHead);
  writeUint32(writer, 18);
  const value = beginNested(writer);
  writeUint32(writer, 26);
  const text = beginNested(writer);
  writeDigits(seconds);
  endNested(writer, text);
  endNested(writer, value);
  endNested(writer, entry);
}

function writeDigits(value: number): void {
  let power = 1;
  while (power * 10 <= value) power *= 10;
  for (; power >= 1; power /= 10) writeUint32(writer, 0x30 + (Math.floor(value / power) % 10));
}

/** An entry of the metadata whose value is a text. */
function textEntry(key: string, value: string): Uint8Array {
  const dynamicMetadata = { [key]: value };
  return withoutHead(encodeRateLimitResponse({ overallCode: 0, dynamicMetadata }));
}

/** What a field holds, without its tag of one byte and its length of one or two. */
function withoutHead(field: Uint8Array): Uint8Array {
  return field.slice((field[1] ?? 0) < 0x80 ? 2 : 3);
}
