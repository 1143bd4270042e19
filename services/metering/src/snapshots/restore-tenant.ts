import type { TenantId } from '@tollgate/api';
import { environments } from '@tollgate/api/words';
import { monthPeriod } from '@tollgate/periods';
import type { Database, Rows } from '@tollgate/runtime/database';
import { createSharedWork, type Log } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { requestsMeter } from '../counters/domain/meter.ts';
import { slotAt, slotOfIndex } from '../counters/domain/slot.ts';
import { readEpochMarker } from '../counters/epoch-marker.ts';
import { keys, usageField } from '../counters/keys.ts';
import { monthExpiryMs, usageTtlMs } from '../counters/retention.ts';
import { loadScript } from '../counters/script.ts';
import { findCountersSince, sumUsage, type UsageCounter } from '../usage/usage-store.ts';
import { beginEpoch, findEpoch } from './epoch-store.ts';
import type { Saver } from './save-counters.ts';

/** Gives tenants their counters back after Redis lost them, or before their first request. */
export interface Restorer {
  /**
   * Once for all who wait. Does nothing when the counters are complete.
   *
   * @throws CountersUnavailable when Redis or Postgres does not do its part; asking again is safe.
   */
  restore(tenantId: TenantId): Promise<void>;
}

interface RestoreParts {
  readonly database: Database;
  readonly counters: Counters;
  readonly saver: Saver;
  readonly log: Log;
}

/** Gives a tenant its counters back. */
const restoreScript = loadScript(new URL('restore.lua', import.meta.url));

/** Others may restore the same tenant at the same time; each round somebody gets through. */
const attemptsMax = 5;

/**
 * The present one and those before it, of two hours. With an hour that was counted as one, which lies
 * in its first slot, they reach back for an hour at least.
 */
const slotsInDetail = 8;

/**
 * Restores by epochs. Each step may be the last one of a process, and the next one to come begins
 * anew: 1. a new epoch is committed, so that snapshots of the old counters are refused; 2. under the
 * lock of that epoch, saved usage becomes the counters in Redis, unless somebody was faster.
 */
export function createRestorer(parts: RestoreParts): Restorer {
  const running = createSharedWork<TenantId, void>();
  return {
    restore: (tenantId) =>
      running.share(tenantId, () => restoreTenant(parts, tenantId).catch(unavailable)),
  };
}

async function restoreTenant(parts: RestoreParts, tenantId: TenantId): Promise<void> {
  const { database, counters, saver, log } = parts;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const run = counters.run();
    const marker = readEpochMarker(await counters.ask((redis) => redis.get(keys.epoch(tenantId))));
    const newest = await database.read({ tenantId }, (rows) => findEpoch(rows, tenantId));
    if (marker?.run === run && marker.epoch === newest) return;
    // A server that came back with data: what it counted and nobody saved yet is saved first.
    if (marker && marker.run !== run) await saver.saveTenant(tenantId);
    const epoch = await database.write({ tenantId }, (rows) =>
      beginEpoch(rows, tenantId, marker?.epoch ?? 0n),
    );
    const done = await database.write({ tenantId }, async (rows) => {
      const locked = await findEpoch(rows, tenantId, { lock: 'update' });
      if (locked !== epoch) return false;
      await giveBackCounters(rows, counters, { tenantId, run, epoch });
      return true;
    });
    if (done) {
      log.info({ tenantId, epoch: Number(epoch), attempt }, 'counters restored');
      return;
    }
  }
  throw new CountersUnavailable('counters could not be restored');
}

/** Without Postgres the counters are as much out of reach as without Redis. */
function unavailable(error: unknown): never {
  if (error instanceof CountersUnavailable) throw error;
  throw new CountersUnavailable('counters could not be restored', { cause: error });
}

/** Puts the present month, and the last two hours in detail, from Postgres into Redis. */
async function giveBackCounters(
  rows: Rows,
  counters: Counters,
  { tenantId, run, epoch }: { tenantId: TenantId; run: string; epoch: bigint },
): Promise<void> {
  const slot = slotAt(counters.nowUs());
  const month = monthPeriod(slot.month, 'UTC');
  const names = [keys.epoch(tenantId)];
  const args: (string | number)[] = [run, String(epoch), usageTtlMs, environments.length];
  for (const environment of environments) {
    const { admitted, givenBack } = await sumUsage(rows, {
      tenantId,
      environment,
      meter: requestsMeter,
      ...month,
    });
    names.push(keys.month(tenantId, environment, slot.month));
    args.push(String(admitted - givenBack), monthExpiryMs(slot));
  }
  // Calls of these slots may still be given back.
  const first = slotOfIndex(Math.max(0, slot.index - (slotsInDetail - 1)));
  const saved = await findCountersSince(rows, tenantId, first);
  for (const [name, counted] of Map.groupBy(saved, usageName)) {
    names.push(name);
    args.push(counted.length, ...counted.flatMap(fieldArgs));
  }
  if (counters.run() !== run) throw new CountersUnavailable('Redis was restarted meanwhile');
  await counters.script(restoreScript, names, args);
}

function usageName({ tenantId, environment, slot }: UsageCounter): string {
  return keys.usage(tenantId, environment, slot);
}

function fieldArgs({ keyId, admitted, givenBack }: UsageCounter): string[] {
  return [usageField(keyId), String(admitted), String(givenBack)];
}
