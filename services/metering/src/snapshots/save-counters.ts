import type { TenantId } from '@tollgate/api';
import type { Database } from '@tollgate/runtime/database';
import { type Clock, createSharedWork, type Log } from '@tollgate/runtime/service';
import { raiseReachedThresholds, type TenantMonths } from '../alerts/raise-thresholds.ts';
import type { Counters } from '../counters/connect.ts';
import { isOut } from '../counters/counters-unavailable.ts';
import { slotAt } from '../counters/domain/slot.ts';
import { saveUsage, type UsageCounter } from '../usage/usage-store.ts';
import { findEpochs } from './epoch-store.ts';
import { saveOldLayout } from './old-layout.ts';
import {
  type ChangedCounter,
  type ChangedCounters,
  markSaved,
  readAllChanged,
  readChangedOf,
} from './read-changed.ts';

/** Copies counters from Redis to Postgres. */
export interface Saver {
  /**
   * Saves everything of one tenant that was counted before the call. Once for all who wait.
   *
   * @throws Error when it could not be saved.
   */
  saveTenant(tenantId: TenantId): Promise<SaveResult>;
  /** The same of several tenants, together: what of one cannot be saved keeps the others from it. */
  saveTenants(tenantIds: readonly TenantId[]): Promise<SaveResult>;
  /** Saves everything of everybody who can be saved; the others are logged. */
  saveAll(): Promise<SaveResult>;
}

/** What a run of saving found. */
export interface SaveResult {
  /** Counters that were written. */
  readonly saved: number;
  /** Tenants whose counters belong to another epoch than Postgres knows: they need a restore. */
  readonly outdated: readonly TenantId[];
}

/** Pages that are saved together hold at most so many, so that no lock is held for long. */
const countersPerTransaction = 1_000;

const nothingSaved: SaveResult = { saved: 0, outdated: [] };

interface SaverParts {
  readonly database: Database;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
}

/** Saves in transactions that hold the epochs, so that a restore is either before or after. */
export function createSaver(parts: SaverParts): Saver {
  const saving = createSharedWork<TenantId, SaveResult>();
  const { counters, log } = parts;
  return {
    // A run that is under way may have read before this call.
    saveTenant: (tenantId) => saving.shareNext(tenantId, () => saveTenants(parts, [tenantId])),
    saveTenants: (tenantIds) => saveTenants(parts, tenantIds),
    async saveAll() {
      await saveOldLayout(parts);
      return savePages(readAllChanged(counters, log), (page) => saveApart(parts, page));
    },
  };
}

async function saveTenants(parts: SaverParts, tenantIds: readonly TenantId[]): Promise<SaveResult> {
  const { counters, log } = parts;
  await saveOldLayout(parts, tenantIds);
  let result = nothingSaved;
  let joined: ChangedCounters | undefined;
  for (const tenantId of tenantIds) {
    for await (const page of readChangedOf(counters, tenantId, log)) {
      const both = joined && together(joined, page);
      if (joined && !both) result = add(result, await saveRead(parts, joined));
      joined = both ?? page;
    }
  }
  return joined ? add(result, await saveRead(parts, joined)) : result;
}

/** Two pages as one, if they are of one shard and not too large for a transaction. */
function together(page: ChangedCounters, next: ChangedCounters): ChangedCounters | undefined {
  if (page.shard !== next.shard) return undefined;
  if (page.read.length + next.read.length > countersPerTransaction) return undefined;
  return {
    shard: page.shard,
    readUs: Math.max(page.readUs, next.readUs),
    read: [...page.read, ...next.read],
    counters: [...page.counters, ...next.counters],
  };
}

async function savePages(
  pages: AsyncIterable<ChangedCounters>,
  save: (page: ChangedCounters) => Promise<SaveResult>,
): Promise<SaveResult> {
  let result = nothingSaved;
  for await (const page of pages) result = add(result, await save(page));
  return result;
}

/** Saves counters together, or tenant by tenant if that fails: none keeps the others from it. */
async function saveApart(parts: SaverParts, page: ChangedCounters): Promise<SaveResult> {
  const byTenant = Map.groupBy(page.counters, ({ tenantId }) => tenantId);
  try {
    return await saveRead(parts, page);
  } catch (error) {
    if (isOut(error)) throw error;
    if (byTenant.size <= 1) {
      const [tenantId] = byTenant.keys();
      parts.log.error({ error, tenantId }, 'counters could not be saved and stay marked');
      return nothingSaved;
    }
  }
  let result = nothingSaved;
  for (const [tenantId, counters] of byTenant) {
    const own = page.read.filter(({ name }) => name.includes(`:${tenantId}:`));
    result = add(result, await saveApart(parts, { ...page, read: own, counters }));
  }
  return result;
}

/**
 * Saves what was read, however long ago: counters of an epoch that a restore has ended are refused,
 * because Redis has been counting on from older ones since.
 */
export async function saveRead(
  { database, counters, clock }: SaverParts,
  page: ChangedCounters,
): Promise<SaveResult> {
  const tenantIds = [...new Set(page.counters.map(({ tenantId }) => tenantId))];
  const current = await database.system(async (rows) => {
    const epochs = await findEpochs(rows, tenantIds, { lock: 'share' });
    const valid = page.counters.filter(
      ({ tenantId, account }) => account && BigInt(account.epoch) === epochs.get(tenantId),
    );
    if (valid.length > 0) {
      await saveUsage(rows, onceEach(valid), { readUs: page.readUs, epochs });
      await raiseReachedThresholds(rows, monthsOf(valid), clock.now());
    }
    return valid;
  });
  const isCurrent = new Set(current.map(({ name }) => name));
  const refused = page.counters.filter(({ name }) => !isCurrent.has(name));
  const isRefused = new Set(refused.map(({ name }) => name));
  await markSaved(
    counters,
    page.shard,
    page.read.filter(({ name }) => !isRefused.has(name)),
  );
  const outdated = [...new Set(refused.map(({ tenantId }) => tenantId))];
  return { saved: current.length, outdated };
}

/**
 * A slot that was left and entered again, when the clock was set back, is there under two names: what
 * is greater is later.
 */
function onceEach(counters: readonly ChangedCounter[]): UsageCounter[] {
  const bySlot = new Map<string, UsageCounter>();
  for (const counter of counters) {
    const { tenantId, environment, keyId, slot, admitted, givenBack } = counter;
    const place = `${tenantId} ${environment} ${keyId} ${slot.index}`;
    const other = bySlot.get(place);
    bySlot.set(place, {
      ...counter,
      admitted: other && other.admitted > admitted ? other.admitted : admitted,
      givenBack: other && other.givenBack > givenBack ? other.givenBack : givenBack,
    });
  }
  return [...bySlot.values()];
}

/** What was used of the windows that these counters' accounts are in, by tenant. */
function monthsOf(counters: readonly ChangedCounter[]): TenantMonths[] {
  const byTenant = Map.groupBy(counters, ({ tenantId }) => tenantId);
  return [...byTenant].map(([tenantId, own]) => {
    const byEnvironment = new Map(own.map(({ environment, account }) => [environment, account]));
    const months = [...byEnvironment].flatMap(([environment, account]) =>
      (account?.windows.slice(0, 1) ?? []).map(({ endUs, used }) => {
        const { month } = slotAt(endUs - 1);
        return { environment, month, used };
      }),
    );
    return { tenantId, months };
  });
}

function add(a: SaveResult, b: SaveResult): SaveResult {
  return {
    saved: a.saved + b.saved,
    outdated: [...new Set([...a.outdated, ...b.outdated])],
  };
}
