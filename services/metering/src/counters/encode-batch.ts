import type { Hour } from '../domain/hour.ts';
import { type Reservation, reservationText } from '../domain/reservation.ts';
import { keys, usageField } from './keys.ts';
import type { Account, NamedLimit, Operation } from './operation.ts';

/** How a batch is decided. */
export interface BatchTerms {
  /** The hour in which Redis is believed to be; it says so when it is not. */
  readonly hour: Hour;
  /** By Redis' clock; after it nothing is charged any more. */
  readonly deadlineUs: number;
  /** The run of Redis whose counters are known to be complete. */
  readonly run: string;
  /** How long a request is remembered, so that its retry is not charged twice. */
  readonly recordTtlMs: number;
}

/** Arguments of the script that decides. */
export interface EncodedBatch {
  readonly names: string[];
  readonly args: (string | number)[];
}

/** A late correction must still find its hour, and a ledger that was away for a while must, too. */
export const usageTtlMs = 72 * 3_600_000;

/** A month's counter outlives its month for late corrections; milliseconds since 1970. */
export function monthExpiryMs(hour: Hour): number {
  return hour.monthEndMs + usageTtlMs;
}

const operationCodes = { admit: 1, charge: 2, giveBack: 3 } as const;

/** Names and numbers of a batch for `admit.lua`; what several requests share stands there once. */
export function encodeBatch(operations: readonly Operation[], terms: BatchTerms): EncodedBatch {
  const shared = createShared();
  const groups = new Map<Account | string, number>();
  const groupArgs: (string | number)[] = [];
  const requestArgs: number[] = [];

  for (const operation of operations) {
    const same = operation.kind === 'giveBack' ? reservedGroupName(operation) : operation.account;
    let group = groups.get(same);
    if (group === undefined) {
      group = groups.size + 1;
      groups.set(same, group);
      groupArgs.push(
        ...(operation.kind === 'giveBack'
          ? counterArgs(shared, operation.tenant, operation.reservation).concat(0)
          : accountArgs(shared, operation.account, terms.hour)),
      );
    }
    const record = shared.records.of(keys.record(tagOf(operation), operation.requestId));
    requestArgs.push(group, operationCodes[operation.kind], record);
  }
  const numbers = { groups: groups.size, requests: operations.length };
  return {
    names: namesOf(shared),
    args: [...headArgs(shared, terms, numbers), ...shared.expiries, ...groupArgs, ...requestArgs],
  };
}

/** The hash tag of everything that an operation touches. */
function tagOf(operation: Operation): string {
  return operation.kind === 'giveBack' ? operation.tenant : operation.account.tenant;
}

type Shared = ReturnType<typeof createShared>;

/** Names in use, each numbered once. */
function createShared() {
  const states = createNumbering();
  const expiries: number[] = [];
  return {
    states,
    records: createNumbering(),
    tenants: createNumbering(),
    usages: createNumbering(),
    expiries,
    rate(name: string): number {
      const number = states.of(name);
      expiries[number - 1] = 0;
      return number;
    },
    month(name: string, expiryMs: number): number {
      const number = states.of(name);
      expiries[number - 1] = expiryMs;
      return number;
    },
  };
}

function headArgs(
  { states, records, tenants }: Shared,
  { hour, deadlineUs, run, recordTtlMs }: BatchTerms,
  { groups, requests }: { groups: number; requests: number },
): (string | number)[] {
  return [
    hour.index,
    Math.floor(deadlineUs),
    run,
    recordTtlMs,
    usageTtlMs,
    states.names.length,
    records.names.length,
    tenants.names.length,
    groups,
    requests,
  ];
}

function namesOf({ states, records, tenants, usages }: Shared): string[] {
  return [
    keys.dirtyTenants,
    ...states.names,
    ...records.names,
    ...tenants.names.map(keys.epoch),
    ...tenants.names.map(keys.dirty),
    ...usages.names,
  ];
}

function accountArgs(shared: Shared, account: Account, hour: Hour): (string | number)[] {
  const { tenant, environment, keyId, limits } = account;
  const counters =
    keyId === undefined
      ? [0, 0, 0, 'uncounted', '']
      : counterArgs(shared, tenant, { environment, hour, keyId });
  const month = Number(counters[2]);
  return [
    ...counters,
    limits.length,
    ...limits.flatMap((named) => limitArgs(shared, named, month)),
  ];
}

/** Where a call is counted: tenant, usage, month, mark and field. */
function counterArgs(
  shared: Shared,
  tenant: string,
  reservation: Reservation,
): (string | number)[] {
  const { environment, hour, keyId } = reservation;
  return [
    shared.tenants.of(tenant),
    shared.usages.of(keys.usage(tenant, environment, hour)),
    shared.month(keys.month(tenant, environment, hour.month), monthExpiryMs(hour)),
    reservationText(reservation),
    usageField(keyId),
  ];
}

function limitArgs(shared: Shared, { limit, key }: NamedLimit, month: number): number[] {
  if (limit.kind === 'quota') return [month, -1, limit.requests];
  const { interval, tolerance, requests } = limit;
  const rate = shared.rate(key);
  return [rate, interval.us, interval.rest, requests, tolerance.us, tolerance.rest];
}

function reservedGroupName(operation: Operation & { kind: 'giveBack' }): string {
  return `${operation.tenant}|${reservationText(operation.reservation)}`;
}

/** Gives each name a number, from 1, in order of appearance. */
function createNumbering() {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  return {
    names,
    of(name: string): number {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.push(name));
      return names.length;
    },
  };
}
