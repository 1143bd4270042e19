import { type Reservation, reservationText } from '../counters/domain/reservation.ts';
import type { Slot } from '../counters/domain/slot.ts';
import { keys, usageField } from '../counters/keys.ts';
import { packedNumbers, packedText } from '../counters/packed.ts';
import { monthExpiryMs } from '../counters/retention.ts';
import type { Account, NamedLimit, Operation } from './operation.ts';

/** A name in Redis, with what its protocol says for it. */
export interface Name {
  readonly text: string;
  /** `$<bytes>\r\n<text>\r\n`. */
  readonly bulk: string;
}

/** What a batch says about everybody who shares an account, packed once for each slot. */
export interface PackedAccount {
  /** The same for those who can be merged. */
  readonly identity: unknown;
  /** What stands before a request's id in the name of its record. */
  readonly recordPrefix: { readonly text: string; readonly bytes: number };
  /** Absent where calls are limited and not counted. */
  readonly counted?: PackedCounter;
  readonly limits: readonly PackedLimit[];
}

/** Where calls are counted. */
interface PackedCounter {
  readonly month: Name;
  readonly monthDefinition: Uint8Array;
  readonly epoch: Name;
  readonly dirty: Name;
  readonly usage: Name;
  readonly markAndField: Uint8Array;
}

/** What a limit is decided by. */
type PackedLimit =
  | { readonly kind: 'quota'; readonly requests: number }
  | { readonly kind: 'rate'; readonly rate: Name; readonly definition: Uint8Array };

const known = new WeakMap<Account, { readonly slot: Slot; readonly packed: PackedAccount }>();

/** An account packed for a slot; remembers that of the latest. */
export function packedAccount(account: Account, slot: Slot): PackedAccount {
  const latest = known.get(account);
  if (latest?.slot.index === slot.index) return latest.packed;
  const { tenant, environment, keyId, limits } = account;
  const packed: PackedAccount = {
    identity: account,
    recordPrefix: recordPrefix(tenant),
    limits: limits.map(packedLimit),
    ...(keyId === undefined
      ? {}
      : { counted: packedCounter(tenant, { environment, slot, keyId }) }),
  };
  known.set(account, { slot, packed });
  return packed;
}

/** What a call that is given back was charged to, packed. */
export function packedReservation(operation: Operation & { kind: 'giveBack' }): PackedAccount {
  const { tenant, reservation } = operation;
  return {
    identity: `${tenant}|${reservationText(reservation)}`,
    recordPrefix: recordPrefix(tenant),
    counted: packedCounter(tenant, reservation),
    limits: [],
  };
}

/** A name as it stands in a command. */
export function nameOf(text: string): Name {
  return { text, bulk: `$${Buffer.byteLength(text)}\r\n${text}\r\n` };
}

function recordPrefix(tenant: string): PackedAccount['recordPrefix'] {
  const text = keys.record(tenant, '');
  return { text, bytes: Buffer.byteLength(text) };
}

function packedCounter(tenant: string, reservation: Reservation): PackedCounter {
  const { environment, slot, keyId } = reservation;
  const mark = packedText(reservationText(reservation));
  return {
    month: nameOf(keys.month(tenant, environment, slot.month)),
    monthDefinition: packedNumbers([0, monthExpiryMs(slot)]),
    epoch: nameOf(keys.epoch(tenant)),
    dirty: nameOf(keys.dirty(tenant)),
    usage: nameOf(keys.usage(tenant, environment, slot)),
    markAndField: Buffer.concat([mark, packedText(usageField(keyId))]),
  };
}

function packedLimit({ limit, key }: NamedLimit): PackedLimit {
  if (limit.kind === 'quota') return limit;
  const { interval, tolerance, requests } = limit;
  const numbers = [1, interval.us, interval.rest, requests, tolerance.us, tolerance.rest];
  return { kind: 'rate', rate: nameOf(key), definition: packedNumbers(numbers) };
}
