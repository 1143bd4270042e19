import type { Slot } from '../counters/domain/slot.ts';
import { keys } from '../counters/keys.ts';
import { createPackedWriter, packedText } from '../counters/packed.ts';
import { usageTtlMs } from '../counters/retention.ts';
import type { EncodedBatch } from '../counters/run-batch.ts';
import type { Operation } from './operation.ts';
import {
  type Name,
  nameOf,
  type PackedAccount,
  packedAccount,
  packedReservation,
} from './packed-account.ts';

/** How a batch is decided. */
export interface BatchTerms {
  /** The slot in which Redis is believed to be; it says so when it is not. */
  readonly slot: Slot;
  /** By Redis' clock; after it nothing is charged any more. */
  readonly deadlineUs: number;
  /** The run of Redis whose counters are known to be complete. */
  readonly run: string;
  /** How long a request is remembered, so that its retry is not charged twice. */
  readonly recordTtlMs: number;
}

const operationCodes = { charge: 0, admit: 1, giveBack: 2, find: 3 } as const;
const dirtyTenants = nameOf(keys.dirtyTenants);

const packedTerms = createPackedWriter();
const packedStates = createPackedWriter();
const packedGroups = createPackedWriter();
const packedRequests = createPackedWriter();

/** Names and numbers of a batch for `admit.lua`; what several requests share stands there once. */
export function encodeBatch(operations: readonly Operation[], terms: BatchTerms): EncodedBatch {
  const shared = createShared();
  const groups = new Map<unknown, number>();
  for (const writer of [packedTerms, packedStates, packedGroups, packedRequests]) writer.begin();
  for (const operation of operations) {
    const packed = packedOf(operation, terms.slot);
    let group = groups.get(packed.identity);
    if (group === undefined) {
      group = groups.size + 1;
      groups.set(packed.identity, group);
      writeGroup(shared, packed);
    }
    packedRequests.number(4 * group + operationCodes[operation.kind]);
    packedRequests.number(shared.record(packed, operation.requestId));
  }
  writeTerms(shared, terms, { groups: groups.size, requests: operations.length });
  const { states, records, epochs, dirties, usages } = shared;
  return {
    nameCount: 1 + states.size() + records.size() + 2 * epochs.size() + usages.size(),
    names:
      dirtyTenants.bulk +
      states.bulk() +
      records.bulk() +
      epochs.bulk() +
      dirties.bulk() +
      usages.bulk(),
    args: [packedTerms.end(), packedStates.end(), packedGroups.end(), packedRequests.end()],
  };
}

function packedOf(operation: Operation, slot: Slot): PackedAccount {
  switch (operation.kind) {
    case 'giveBack':
      return packedReservation(operation);
    case 'find':
      return packedFound(operation.tenant);
    case 'admit':
    case 'charge':
      return packedAccount(operation.account, slot);
  }
}

/** Of a request of which no more is known than its id; all of them are one group. */
function packedFound(tenant: string): PackedAccount {
  const text = keys.record(tenant, '');
  const recordPrefix = { text, bytes: Buffer.byteLength(text) };
  return { identity: 'found', recordPrefix, limits: [] };
}

type Shared = ReturnType<typeof createShared>;

/** Names in use, each numbered once. */
function createShared() {
  const records = createNumbering();
  return {
    states: createNumbering(),
    records,
    epochs: createNumbering(),
    dirties: createNumbering(),
    usages: createNumbering(),
    record({ recordPrefix }: PackedAccount, requestId: string): number {
      const text = recordPrefix.text + requestId;
      const bytes = recordPrefix.bytes + Buffer.byteLength(requestId);
      return records.numberOf(text, bytes);
    },
  };
}

/** The number of a state; what it is stands among the states once. */
function stateOf({ states }: Shared, name: Name, definition: Uint8Array, items: number): number {
  const before = states.size();
  const number = states.of(name);
  if (number > before) packedStates.items(definition, items);
  return number;
}

function writeGroup(shared: Shared, { counted, limits }: PackedAccount): void {
  let month = 0;
  if (counted) {
    month = stateOf(shared, counted.month, counted.monthDefinition, 2);
    shared.dirties.of(counted.dirty);
    packedGroups.number(shared.epochs.of(counted.epoch));
    packedGroups.number(shared.usages.of(counted.usage));
    packedGroups.number(month);
    packedGroups.items(counted.markAndField, 2);
  } else {
    packedGroups.items(uncounted, 5);
  }
  packedGroups.number(limits.length);
  for (const limit of limits) {
    packedGroups.number(
      limit.kind === 'quota' ? month : stateOf(shared, limit.rate, limit.definition, 6),
    );
    packedGroups.number(limit.kind === 'quota' ? limit.requests : 0);
  }
}

const uncounted = Buffer.concat([Buffer.alloc(3), packedText('-'), packedText('')]);

function writeTerms(
  { states, records, epochs }: Shared,
  { slot, deadlineUs, run, recordTtlMs }: BatchTerms,
  { groups, requests }: { groups: number; requests: number },
): void {
  packedTerms.number(slot.index);
  packedTerms.number(Math.floor(deadlineUs));
  packedTerms.items(packedText(run), 1);
  packedTerms.items(packedText(String(recordTtlMs)), 1);
  packedTerms.items(packedText(String(usageTtlMs)), 1);
  packedTerms.number(states.size());
  packedTerms.number(records.size());
  packedTerms.number(epochs.size());
  packedTerms.number(groups);
  packedTerms.number(requests);
}

/** Gives each name a number, from 1, in order of appearance. */
function createNumbering() {
  const numbers = new Map<string, number>();
  let bulks = '';
  function add(text: string, bulk: string): number {
    const number = numbers.size + 1;
    numbers.set(text, number);
    bulks += bulk;
    return number;
  }
  return {
    size: () => numbers.size,
    bulk: () => bulks,
    of: ({ text, bulk }: Name): number => numbers.get(text) ?? add(text, bulk),
    numberOf: (text: string, bytes: number): number =>
      numbers.get(text) ?? add(text, `$${bytes}\r\n${text}\r\n`),
  };
}
