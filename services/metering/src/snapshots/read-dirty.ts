import { isId, type TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import type { Log } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { readReservation } from '../counters/domain/reservation.ts';
import { type EpochMarker, readEpochMarker } from '../counters/epoch-marker.ts';
import { keys, usageField } from '../counters/keys.ts';
import { loadScript } from '../counters/script.ts';
import type { UsageCounter } from '../usage/usage-store.ts';

/** The counters of one tenant that Postgres may not know yet, read in one step. */
export interface DirtyCounters {
  readonly tenantId: TenantId;
  /** The epoch they belong to; undefined when Redis has lost it. */
  readonly epoch: EpochMarker | undefined;
  readonly counters: readonly (UsageCounter & { readonly mark: string })[];
  /** What the tenant has used of the months that these counters lie in. */
  readonly months: readonly MonthUsage[];
}

/** Admitted less given back in a calendar month. */
interface MonthUsage {
  readonly environment: Environment;
  /** `2026-11`. */
  readonly month: string;
  readonly used: number;
}

/** Reads counters with their epoch. */
const readCountersScript = loadScript(new URL('read-counters.lua', import.meta.url));
/** Forgets that saved counters were dirty. */
const markSavedScript = loadScript(new URL('mark-saved.lua', import.meta.url));

/** Counters that are read in one step, so that nobody waits long for Redis meanwhile. */
const pageSize = 500;

/** Reads a tenant's dirty counters, page by page; nothing is forgotten by reading. */
export async function* readDirty(
  counters: Counters,
  tenantId: TenantId,
): AsyncGenerator<DirtyCounters> {
  let cursor = '0';
  do {
    const page = await scanPage(counters, { set: keys.dirty(tenantId), cursor, count: pageSize });
    cursor = page.next;
    yield readMarked(counters, tenantId, page.members);
  } while (cursor !== '0');
}

/**
 * Pages through the tenants that have dirty counters. A tenant may be named twice; a text that names
 * none was written by nobody of ours, and is skipped and logged.
 */
export async function* dirtyTenants(counters: Counters, log: Log): AsyncGenerator<TenantId[]> {
  let cursor = '0';
  do {
    const page = await scanPage(counters, { set: keys.dirtyTenants, cursor, count: 200 });
    cursor = page.next;
    const tenantIds = page.members.filter((member) => isId('ten', member));
    if (tenantIds.length < page.members.length) {
      const strange = page.members.find((member) => !isId('ten', member));
      log.warn({ set: keys.dirtyTenants, strange }, 'counters of what is no tenant are not saved');
    }
    yield tenantIds;
  } while (cursor !== '0');
}

/** Some members of a set, each once, and where to go on. */
async function scanPage(
  counters: Counters,
  { set, cursor, count }: { set: string; cursor: string; count: number },
): Promise<{ next: string; members: string[] }> {
  const [next, members] = await counters.ask((redis) => redis.sscan(set, cursor, 'COUNT', count));
  return { next, members: [...new Set(members)] };
}

/** Takes saved counters out of the dirty set, unless they have moved since they were read. */
export async function markSaved(counters: Counters, saved: DirtyCounters): Promise<void> {
  const { tenantId } = saved;
  const usages = usageNames(saved.counters);
  const args = saved.counters.flatMap((counter) => [
    counter.mark,
    usages.indexOf(usageName(counter)) + 3,
    usageField(counter.keyId),
    String(counter.admitted),
    String(counter.givenBack),
  ]);
  const names = [keys.dirtyTenants, keys.dirty(tenantId), ...usages];
  await counters.script(markSavedScript, names, [tenantId, ...args]);
}

async function readMarked(
  counters: Counters,
  tenantId: TenantId,
  marks: readonly string[],
): Promise<DirtyCounters> {
  const found = marks.flatMap((mark) => {
    const reservation = readReservation(mark);
    return reservation ? [{ tenantId, mark, ...reservation }] : [];
  });
  const usages = usageNames(found);
  const months = monthsOf(found);
  const monthNames = months.map(({ environment, month }) =>
    keys.month(tenantId, environment, month),
  );
  const fields = found.flatMap((counter) => [
    usages.indexOf(usageName(counter)) + 2 + months.length,
    usageField(counter.keyId),
  ]);
  const reply = (await counters.script(
    readCountersScript,
    [keys.epoch(tenantId), ...monthNames, ...usages],
    [months.length, ...fields],
  )) as (string | null)[];
  const counts = reply.slice(1 + months.length);
  return {
    tenantId,
    epoch: readEpochMarker(reply[0]),
    months: months.map((month, at) => ({ ...month, used: Number(reply[1 + at]) })),
    counters: found.map((counter, at) => ({
      ...counter,
      admitted: BigInt(counts[2 * at] ?? 0),
      givenBack: BigInt(counts[2 * at + 1] ?? 0),
    })),
  };
}

type Place = Pick<UsageCounter, 'tenantId' | 'environment' | 'slot'>;

function usageName({ tenantId, environment, slot }: Place): string {
  return keys.usage(tenantId, environment, slot);
}

function usageNames(places: readonly Place[]): string[] {
  return [...new Set(places.map(usageName))];
}

function monthsOf(places: readonly Place[]): Omit<MonthUsage, 'used'>[] {
  const months = places.map(
    ({ environment, slot }) =>
      [`${environment} ${slot.month}`, { environment, month: slot.month }] as const,
  );
  return [...new Map(months).values()];
}
