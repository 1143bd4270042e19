import type { TenantId } from '@tollgate/api';
import type { Environment, Meter, UsageWindow } from '@tollgate/api/words';
import type { Rows } from '@tollgate/runtime/database';
import { type Hour, hourAt, startOfHour } from '../counters/domain/hour.ts';
import { requestsMeter } from '../counters/domain/meter.ts';

/** Absolute counts of one credential in one hour. */
export interface UsageCounter {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly hour: Hour;
  readonly keyId: string;
  readonly admitted: bigint;
  readonly givenBack: bigint;
}

/**
 * Saves absolute counts. Counts only grow, so the greater one is the later one: saving twice, late
 * or in another order changes nothing. Each counter at most once; rows are locked in one order, so
 * that two processes which save the same ones cannot deadlock.
 */
export async function saveUsage(rows: Rows, counters: readonly UsageCounter[]): Promise<void> {
  await rows.sql(
    `insert into usage_counter as c
       (tenant_id, environment, meter, hour, key_id, admitted, given_back)
     select tenant_id, environment, '${requestsMeter}', hour, key_id, admitted, given_back
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[])
       as saved (tenant_id, environment, hour, key_id, admitted, given_back)
     order by tenant_id, environment, hour, key_id
     on conflict (tenant_id, environment, meter, hour, key_id) do update
       set admitted = greatest(c.admitted, excluded.admitted),
           given_back = greatest(c.given_back, excluded.given_back)
       where excluded.admitted > c.admitted or excluded.given_back > c.given_back`,
    [
      counters.map(({ tenantId }) => tenantId),
      counters.map(({ environment }) => environment),
      counters.map(({ hour }) => startOfHour(hour)),
      counters.map(({ keyId }) => keyId),
      counters.map(({ admitted }) => admitted),
      counters.map(({ givenBack }) => givenBack),
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
     where tenant_id = $1 and environment = $2 and meter = $3 and hour >= $4 and hour < $5`,
    [of.tenantId, of.environment, of.meter, of.start, of.end],
  );
  return { admitted: sum?.admitted ?? 0n, givenBack: sum?.given_back ?? 0n };
}

/** Half-open, on full hours. */
export interface Span {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** One window of a series. */
export interface WindowUsage {
  readonly start: Temporal.Instant;
  /** Empty unless grouped by credential. */
  readonly keyId: string;
  readonly value: bigint;
}

/** Usage by windows (UTC), oldest first, at most `limit` of them; windows without usage are left out. */
export function findUsageSeries(
  rows: Rows,
  of: {
    tenantId: TenantId;
    environment: Environment;
    meter: Meter;
    window: UsageWindow;
    byKey: boolean;
    limit: number;
  } & Span,
): Promise<WindowUsage[]> {
  return rows.sql<WindowUsage>(
    `select date_trunc($6, hour, 'UTC') as start,
            case when $7 then key_id else '' end as "keyId",
            (sum(admitted) - sum(given_back))::bigint as value
     from usage_counter
     where tenant_id = $1 and environment = $2 and meter = $3 and hour >= $4 and hour < $5
     group by 1, 2 order by 1, 2 limit $8`,
    [of.tenantId, of.environment, of.meter, of.start, of.end, of.window, of.byKey, of.limit],
  );
}

/** The saved counters of one hour, both environments. */
export async function findCountersOfHour(
  rows: Rows,
  tenantId: TenantId,
  hour: Hour,
): Promise<UsageCounter[]> {
  const found = await rows.sql<{
    environment: Environment;
    hour: Temporal.Instant;
    key_id: string;
    admitted: bigint;
    given_back: bigint;
  }>(
    `select environment, hour, key_id, admitted, given_back from usage_counter
     where tenant_id = $1 and meter = '${requestsMeter}' and hour = $2`,
    [tenantId, startOfHour(hour)],
  );
  return found.map((row) => ({
    tenantId,
    environment: row.environment,
    hour: hourAt(row.hour.epochMilliseconds * 1000),
    keyId: row.key_id,
    admitted: row.admitted,
    givenBack: row.given_back,
  }));
}
