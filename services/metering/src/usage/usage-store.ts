import type { TenantId } from '@tollgate/api';
import { type Environment, environments, type Meter } from '@tollgate/api/words';
import type { Rows } from '@tollgate/runtime/database';
import { requestsMeter } from '../counters/domain/meter.ts';
import { type Slot, slotAt, startOfSlot } from '../counters/domain/slot.ts';

/** Absolute counts of one credential in one slot. */
export interface UsageCounter {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly slot: Slot;
  readonly keyId: string;
  readonly admitted: bigint;
  readonly givenBack: bigint;
}

/** When counters were read that are saved, and what of. */
export interface ReadFrom {
  /** By the clock of Redis, in microseconds since 1970. */
  readonly readUs: number;
  /** The epoch of each tenant's counters. */
  readonly epochs: ReadonlyMap<TenantId, bigint>;
}

/**
 * Saves absolute counts. Counts only grow, so the greater one is the later one: saving twice, late
 * or in another order changes nothing. Each counter at most once; rows are locked in one order, so
 * that two processes which save the same ones cannot deadlock. `from` is noted where it is known: of
 * the newest epoch apart from all those before.
 */
export async function saveUsage(
  rows: Rows,
  counters: readonly UsageCounter[],
  from?: ReadFrom,
): Promise<void> {
  await rows.sql(
    `insert into usage_counter as c
       (tenant_id, environment, meter, slot, key_id, admitted, given_back, read_us, read_epoch)
     select tenant_id, environment, '${requestsMeter}', slot, key_id, admitted, given_back, $8, epoch
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[],
                 $7::bigint[])
       as saved (tenant_id, environment, slot, key_id, admitted, given_back, epoch)
     order by tenant_id, environment, slot, key_id
     on conflict (tenant_id, environment, meter, slot, key_id) do update
       set admitted = greatest(c.admitted, excluded.admitted),
           given_back = greatest(c.given_back, excluded.given_back),
           older_read_us = case when excluded.read_epoch > coalesce(c.read_epoch, 0)
             then greatest(c.older_read_us, c.read_us) else c.older_read_us end,
           read_us = case when excluded.read_epoch > coalesce(c.read_epoch, 0)
             then excluded.read_us else greatest(c.read_us, excluded.read_us) end,
           read_epoch = greatest(c.read_epoch, excluded.read_epoch)
       where excluded.admitted > c.admitted or excluded.given_back > c.given_back`,
    [
      counters.map(({ tenantId }) => tenantId),
      counters.map(({ environment }) => environment),
      counters.map(({ slot }) => startOfSlot(slot)),
      counters.map(({ keyId }) => keyId),
      counters.map(({ admitted }) => admitted),
      counters.map(({ givenBack }) => givenBack),
      counters.map(({ tenantId }) => from?.epochs.get(tenantId) ?? null),
      from ? BigInt(from.readUs) : null,
    ],
  );
}

/** Admitted less given back in a span, of one environment: what is billed. */
export async function sumUsage(
  rows: Rows,
  of: { tenantId: TenantId; environment: Environment; meter: Meter } & Span,
): Promise<{ admitted: bigint; givenBack: bigint }> {
  const [sum] = await rows.sql<{ admitted: bigint; given_back: bigint }>(
    `select coalesce(sum(admitted), 0)::bigint as admitted,
            coalesce(sum(given_back), 0)::bigint as given_back
     from usage_counter
     where tenant_id = $1 and environment = $2 and meter = $3 and slot >= $4 and slot < $5`,
    [of.tenantId, of.environment, of.meter, of.start, of.end],
  );
  return { admitted: sum?.admitted ?? 0n, givenBack: sum?.given_back ?? 0n };
}

/** Half-open, on slots. */
export interface Span {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** One window of a series. */
export interface WindowUsage {
  /** Which of the windows, from 0. */
  readonly window: number;
  /** Empty unless grouped by credential. */
  readonly keyId: string;
  readonly value: bigint;
}

/**
 * Usage of a span by windows, oldest first, at most `limit` of them; windows without usage are left
 * out. `starts` are where windows begin, in order, the first not after the span's start.
 */
export function findUsageSeries(
  rows: Rows,
  of: {
    tenantId: TenantId;
    environment: Environment;
    meter: Meter;
    starts: readonly Temporal.Instant[];
    byKey: boolean;
    limit: number;
  } & Span,
): Promise<WindowUsage[]> {
  return rows.sql<WindowUsage>(
    `select width_bucket(slot, $6::timestamptz[]) - 1 as window,
            case when $7 then key_id else '' end as "keyId",
            (sum(admitted) - sum(given_back))::bigint as value
     from usage_counter
     where tenant_id = $1 and environment = $2 and meter = $3 and slot >= $4 and slot < $5
     group by 1, 2 order by 1, 2 limit $8`,
    [of.tenantId, of.environment, of.meter, of.start, of.end, of.starts, of.byKey, of.limit],
  );
}

/** The saved counter of a credential in a slot. */
export async function findCounter(
  rows: Rows,
  of: Pick<UsageCounter, 'tenantId' | 'environment' | 'keyId' | 'slot'>,
): Promise<{ admitted: bigint; givenBack: bigint } | undefined> {
  const [row] = await rows.sql<{ admitted: bigint; given_back: bigint }>(
    `select admitted, given_back from usage_counter
     where tenant_id = $1 and environment = $2 and meter = '${requestsMeter}'
       and slot = $3 and key_id = $4`,
    [of.tenantId, of.environment, startOfSlot(of.slot), of.keyId],
  );
  return row && { admitted: row.admitted, givenBack: row.given_back };
}

/**
 * Whether a credential's saved counters, of slots from one on, were read at this time or later, by the
 * clock of Redis, in an epoch before its tenant's newest one. Of several such epochs the latest
 * reading counts.
 */
export async function isReadSince(
  rows: Rows,
  of: Pick<UsageCounter, 'tenantId' | 'environment' | 'keyId'> & { from: Temporal.Instant },
  sinceUs: number,
): Promise<boolean> {
  const found = await rows.sql(
    `select from usage_counter c left join tenant_epoch e using (tenant_id)
     where tenant_id = $1 and environment = $2 and meter = '${requestsMeter}' and slot >= $3
       and key_id = $4
       and case when c.read_epoch >= e.epoch then c.older_read_us
           else greatest(c.older_read_us, c.read_us) end >= $5
     limit 1`,
    [of.tenantId, of.environment, of.from, of.keyId, BigInt(Math.floor(sinceUs))],
  );
  return found.length > 0;
}

/** What many tenants' environments have used in a span: admitted less given back. */
export async function sumUsageOfAll(
  rows: Rows,
  tenantIds: readonly TenantId[],
  span: Span,
): Promise<{ tenantId: TenantId; environment: Environment; used: bigint }[]> {
  return rows.sql(
    `select tenant_id as "tenantId", environment, (sum(admitted) - sum(given_back))::bigint as used
     from usage_counter
     where tenant_id = any($1::text[]) and environment = any($2::text[])
       and meter = '${requestsMeter}' and slot >= $3 and slot < $4
     group by 1, 2`,
    [tenantIds, environments, span.start, span.end],
  );
}

/** The saved counters of tenants in a slot and all later ones, both environments. */
export async function findCountersSince(
  rows: Rows,
  tenantIds: readonly TenantId[],
  slot: Slot,
): Promise<UsageCounter[]> {
  const found = await rows.sql<{
    tenant_id: TenantId;
    environment: Environment;
    slot: Temporal.Instant;
    key_id: string;
    admitted: bigint;
    given_back: bigint;
  }>(
    `select tenant_id, environment, slot, key_id, admitted, given_back from usage_counter
     where tenant_id = any($1::text[]) and meter = '${requestsMeter}'
       and environment = any($2::text[]) and slot >= $3`,
    [tenantIds, environments, startOfSlot(slot)],
  );
  return found.map((row) => ({
    tenantId: row.tenant_id,
    environment: row.environment,
    slot: slotAt(row.slot.epochMilliseconds * 1000),
    keyId: row.key_id,
    admitted: row.admitted,
    givenBack: row.given_back,
  }));
}
