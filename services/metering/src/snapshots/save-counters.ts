import type { TenantId } from '@tollgate/api';
import type { Database } from '@tollgate/runtime/database';
import { outageOf } from '@tollgate/runtime/errors';
import { type Clock, createSharedWork, type Log } from '@tollgate/runtime/service';
import { raiseReachedThresholds } from '../alerts/raise-thresholds.ts';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { saveUsage } from '../usage/usage-store.ts';
import { findEpochs } from './epoch-store.ts';
import { type DirtyCounters, dirtyTenants, markSaved, readDirty } from './read-dirty.ts';

/** Copies counters from Redis to Postgres. */
export interface Saver {
  /** Saves everything of one tenant that was counted before the call. Once for all who wait. */
  saveTenant(tenantId: TenantId): Promise<SaveResult>;
  /** Saves everything of everybody. */
  saveAll(): Promise<SaveResult>;
}

/** What a run of saving found. */
export interface SaveResult {
  /** Counters that were written. */
  readonly saved: number;
  /** Tenants whose counters belong to another epoch than Postgres knows: they need a restore. */
  readonly outdated: readonly TenantId[];
}

const nothingSaved: SaveResult = { saved: 0, outdated: [] };

/** Tenants whose counters are written in one transaction. */
const tenantsPerTransaction = 100;

interface SaverParts {
  readonly database: Database;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
}

/** Saves in transactions that hold the epochs, so that a restore is either before or after. */
export function createSaver(parts: SaverParts): Saver {
  const saving = createSharedWork<TenantId, SaveResult>();
  return {
    // A run that is under way may have read before this call.
    saveTenant: (tenantId) => saving.shareNext(tenantId, () => saveTenants(parts, [tenantId])),
    async saveAll() {
      let result = nothingSaved;
      for await (const page of dirtyTenants(parts.counters, parts.log)) {
        for (let at = 0; at < page.length; at += tenantsPerTransaction) {
          const some = page.slice(at, at + tenantsPerTransaction);
          result = add(result, await saveApart(parts, some));
        }
      }
      return result;
    },
  };
}

/** Saves tenants together, or one by one if that fails: none keeps the others from being saved. */
async function saveApart(parts: SaverParts, tenantIds: readonly TenantId[]): Promise<SaveResult> {
  try {
    return await saveTenants(parts, tenantIds);
  } catch (error) {
    if (isOut(error)) throw error;
    if (tenantIds.length === 1) {
      const facts = { error, tenantId: tenantIds[0] };
      parts.log.error(facts, 'counters could not be saved and stay marked');
      return nothingSaved;
    }
  }
  let result = nothingSaved;
  for (const tenantId of tenantIds) result = add(result, await saveApart(parts, [tenantId]));
  return result;
}

/** Whether Redis or Postgres is away, so that no tenant's turn can come. */
function isOut(error: unknown): boolean {
  if (error instanceof CountersUnavailable) return !error.isRefusal;
  return outageOf(error) !== undefined;
}

/** Saves the dirty counters of some tenants: the first page of each in one transaction, and so on. */
async function saveTenants(parts: SaverParts, tenantIds: readonly TenantId[]): Promise<SaveResult> {
  let result = nothingSaved;
  let pages = tenantIds.map((tenantId) => readDirty(parts.counters, tenantId));
  while (pages.length > 0) {
    const read = await Promise.all(pages.map((page) => page.next()));
    pages = pages.filter((_, at) => read[at]?.done !== true);
    const dirty = read.flatMap((page) => (page.done ? [] : [page.value]));
    if (dirty.length > 0) result = add(result, await saveRead(parts, dirty));
  }
  return result;
}

/**
 * Saves what was read, however long ago: counters of an epoch that a restore has ended are refused,
 * because Redis has been counting on from older ones since.
 */
export async function saveRead(
  { database, counters, clock }: SaverParts,
  dirty: readonly DirtyCounters[],
): Promise<SaveResult> {
  const tenantIds = dirty.map(({ tenantId }) => tenantId);
  const current = await database.system(async (rows) => {
    const epochs = await findEpochs(rows, tenantIds, { lock: 'share' });
    const valid = dirty.filter(
      ({ tenantId, epoch }) => epoch !== undefined && epoch.epoch === epochs.get(tenantId),
    );
    const usage = valid.flatMap((tenant) => tenant.counters);
    if (usage.length > 0) {
      await saveUsage(rows, usage);
      await raiseReachedThresholds(rows, valid, clock.now());
    }
    return valid;
  });
  await Promise.all(current.map((saved) => markSaved(counters, saved)));
  const known = new Set(current.map(({ tenantId }) => tenantId));
  return {
    saved: current.reduce((sum, tenant) => sum + tenant.counters.length, 0),
    outdated: dirty
      .filter((tenant) => tenant.counters.length > 0 && !known.has(tenant.tenantId))
      .map(({ tenantId }) => tenantId),
  };
}

function add(a: SaveResult, b: SaveResult): SaveResult {
  return {
    saved: a.saved + b.saved,
    outdated: [...new Set([...a.outdated, ...b.outdated])],
  };
}
