import { isId, type TenantId } from '@tollgate/api';
import type { Database } from '@tollgate/runtime/database';
import type { Log } from '@tollgate/runtime/service';
import type { Redis } from 'ioredis';
import type { Counters } from '../counters/connect.ts';
import { readReservation } from '../counters/domain/reservation.ts';
import { saveUsage, type UsageCounter } from '../usage/usage-store.ts';
import { findEpochs } from './epoch-store.ts';

/**
 * What Redis holds of the layout of before, in which every counter had a name of its own: it is saved,
 * and comes back into the present layout by a restore. Nothing else of it is read; it expires.
 */
const old = {
  /** Set of tenants with counters that Postgres does not know. */
  dirtyTenants: 'tg:dirty',
  /** `<run id>|<epoch>`. */
  epoch: (tenantId: TenantId) => `tg:{${tenantId}}:epoch`,
  /** Set of such counters: `<environment>|<slot>|<key>`. */
  dirty: (tenantId: TenantId) => `tg:{${tenantId}}:dirty`,
  /** Hash: `<key>|requests|a` admitted, `<key>|requests|g` given back. */
  usage: (tenantId: TenantId, environment: string, slot: string) =>
    `tg:{${tenantId}}:usage:${environment}:${slot}`,
};

interface OldLayoutParts {
  readonly database: Database;
  readonly counters: Counters;
  readonly log: Log;
}

/** Of these tenants, those of whom the layout of before knows more than Postgres. */
export async function unsavedInOldLayout(
  counters: Counters,
  tenantIds: readonly TenantId[],
): Promise<TenantId[]> {
  const isThere = await counters.ask((redis) => redis.exists(old.dirtyTenants));
  if (isThere === 0 || tenantIds.length === 0) return [];
  const isDirty = await counters.ask((redis) => redis.smismember(old.dirtyTenants, ...tenantIds));
  return tenantIds.filter((_, at) => isDirty[at] === 1);
}

/** Saves what the layout of before counted for tenants, or for all; then it is forgotten there. */
export async function saveOldLayout(
  parts: OldLayoutParts,
  tenantIds?: readonly TenantId[],
): Promise<void> {
  const { counters, log } = parts;
  const unsaved = tenantIds
    ? await unsavedInOldLayout(counters, tenantIds)
    : await counters.ask((redis) => redis.smembers(old.dirtyTenants));
  for (const tenantId of unsaved) {
    if (!isId('ten', tenantId)) continue;
    await save(parts, tenantId);
    log.info({ tenantId }, 'counters of the layout of before are saved');
  }
}

async function save(
  { database, counters, log }: OldLayoutParts,
  tenantId: TenantId,
): Promise<void> {
  const { epoch, usage } = await counters.ask((redis) => read(redis, tenantId));
  await database.system(async (rows) => {
    const newest = await findEpochs(rows, [tenantId], { lock: 'share' });
    if (epoch !== undefined && epoch === newest.get(tenantId)) await saveUsage(rows, usage);
    else log.error({ tenantId }, 'counters of the layout of before are not those of Postgres');
  });
  await counters.ask(async (redis) => {
    await redis.unlink(old.dirty(tenantId), old.epoch(tenantId));
    await redis.srem(old.dirtyTenants, tenantId);
  });
}

async function read(
  redis: Redis,
  tenantId: TenantId,
): Promise<{ epoch: bigint | undefined; usage: UsageCounter[] }> {
  const marker = await redis.get(old.epoch(tenantId));
  const [, epoch] = /^[^|]+\|(\d+)$/.exec(marker ?? '') ?? [];
  const usage: UsageCounter[] = [];
  for (const mark of await redis.smembers(old.dirty(tenantId))) {
    const place = readReservation(mark);
    if (!place) continue;
    const { environment, slot, keyId } = place;
    const [admitted, givenBack] = await redis.hmget(
      old.usage(tenantId, environment, slot.text),
      `${keyId}|requests|a`,
      `${keyId}|requests|g`,
    );
    const counts = { admitted: BigInt(admitted ?? 0), givenBack: BigInt(givenBack ?? 0) };
    usage.push({ tenantId, environment, slot, keyId, ...counts });
  }
  return { epoch: epoch === undefined ? undefined : BigInt(epoch), usage };
}
