/**
 * What stands in Redis, as bytes in little-endian order; Redis' scripts read and write the same with
 * `struct`. Numbers are whole and below 2^53, times are microseconds since 1970 by Redis' clock.
 *
 *     credential: slot u32, admitted f64, given back f64, dirty u8 (Postgres does not know it yet),
 *                 then an entry for each rate of the credential
 *     account:    run f64, epoch f64, clock u8 and f64, then an entry for each window that its usage is
 *                 counted in, the one that it is billed by first, and for each rate that it has
 *     entry:      id u32, x f64, y f64; of a window (id below 256) its end and what was used in it, of
 *                 a rate its arrival time q + r/requests
 *     counter:    admitted f64, given back f64; of a credential in a slot that is over
 */
export interface AccountState {
  /** The run of Redis in which the counters were last complete: see {@link runNumber}. */
  readonly run: number;
  /** The epoch they belong to: see docs/adr. */
  readonly epoch: number;
  readonly clock: AccountClock;
  readonly windows: readonly WindowState[];
  readonly rates: readonly RateState[];
}

/** By which time an account's windows and slots go. All but accounts of tests live in the present. */
export type AccountClock =
  | { readonly kind: 'real' }
  /** Microseconds to add to Redis' time: whole periods of ids. */
  | { readonly kind: 'shifted'; readonly us: number }
  /** The time stands still, in microseconds since 1970. */
  | { readonly kind: 'frozen'; readonly us: number };

/** How a clock stands in an account: its kind and its microseconds. */
export function clockNumbers(clock: AccountClock): [kind: number, us: number] {
  return [clockKinds.indexOf(clock.kind), clock.kind === 'real' ? 0 : clock.us];
}

/** The time by which an account's windows and slots go, when it is `nowUs` by Redis' clock. */
export function timeOf(clock: AccountClock, nowUs: number): number {
  if (clock.kind === 'real') return nowUs;
  return clock.kind === 'shifted' ? nowUs + clock.us : clock.us;
}

/** What was used in a window: admitted less given back. */
interface WindowState {
  readonly id: number;
  readonly endUs: number;
  readonly used: number;
}

/** The arrival time of a rate: whole microseconds, and a rest in parts of 1/requests. */
interface RateState {
  readonly id: number;
  readonly us: number;
  readonly rest: number;
}

/** What a credential has used, and its rates. */
export interface CredentialState extends CounterState {
  /** Quarters of an hour since 1970. */
  readonly slot: number;
  readonly isDirty: boolean;
  readonly rates: readonly RateState[];
}

/** Counts of one credential in one slot. */
export interface CounterState {
  readonly admitted: number;
  readonly givenBack: number;
}

const clockKinds = ['real', 'shifted', 'frozen'] as const;
/** Windows have ids below this, rates from it on. */
export const rateIdMin = 256;

const entryBytes = 20;
const accountHeadBytes = 25;
const credentialHeadBytes = 21;
/** Of a credential, the bytes that say what Postgres is told. */
export const countedBytes = 20;

/** A run of Redis by its own id (40 hexadecimal digits), as a number: its first 52 bits. */
export function runNumber(runId: string): number {
  return Number.parseInt(runId.slice(0, 13), 16);
}

/** Reads an account. @throws RangeError for bytes that are none. */
export function readAccount(bytes: Buffer): AccountState {
  const kind = clockKinds[bytes.readUInt8(16)];
  if (kind === undefined)
    throw new RangeError('an account has a clock of a kind that is not known');
  const us = bytes.readDoubleLE(17);
  const entries = readEntries(bytes, accountHeadBytes);
  return {
    run: bytes.readDoubleLE(0),
    epoch: bytes.readDoubleLE(8),
    clock: kind === 'real' ? { kind } : { kind, us },
    windows: entries
      .filter(({ id }) => id < rateIdMin)
      .map(({ id, x, y }) => ({ id, endUs: x, used: y })),
    rates: ratesOf(entries),
  };
}

/** Reads a credential. @throws RangeError for bytes that are none. */
export function readCredential(bytes: Buffer): CredentialState {
  return {
    slot: bytes.readUInt32LE(0),
    admitted: bytes.readDoubleLE(4),
    givenBack: bytes.readDoubleLE(12),
    isDirty: bytes.readUInt8(20) === 1,
    rates: ratesOf(readEntries(bytes, credentialHeadBytes)),
  };
}

/** Reads the counter of a slot that is over. @throws RangeError for bytes that are none. */
export function readCounter(bytes: Buffer): CounterState {
  return { admitted: bytes.readDoubleLE(0), givenBack: bytes.readDoubleLE(8) };
}

function readEntries(bytes: Buffer, from: number): { id: number; x: number; y: number }[] {
  const entries: ReturnType<typeof readEntries> = [];
  for (let at = from; at < bytes.length; at += entryBytes) {
    entries.push({
      id: bytes.readUInt32LE(at),
      x: bytes.readDoubleLE(at + 4),
      y: bytes.readDoubleLE(at + 12),
    });
  }
  return entries;
}

function ratesOf(entries: ReturnType<typeof readEntries>): RateState[] {
  return entries
    .filter(({ id }) => id >= rateIdMin)
    .map(({ id, x, y }) => ({ id, us: x, rest: y }));
}
