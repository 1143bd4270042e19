import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import type { Rows } from '@tollgate/runtime/database';

/** One crossing of a threshold. */
export interface Alert {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly limitId: string;
  readonly periodStart: Temporal.Instant;
  readonly thresholdPercent: number;
}

/** Notes alerts; answers those that had not been raised before. */
export async function raiseAlerts<A extends Alert>(
  rows: Rows,
  alerts: readonly A[],
  now: Temporal.Instant,
): Promise<A[]> {
  if (alerts.length === 0) return [];
  const raised = await rows.sql<{ at: bigint }>(
    `with wanted as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[])
         with ordinality as a (tenant_id, environment, limit_id, period_start, percent, at)
     ), raised as (
       insert into usage_alert
         (tenant_id, environment, limit_id, period_start, threshold_percent, raised_at)
       select tenant_id, environment, limit_id, period_start, percent, $6 from wanted
       order by tenant_id, environment, limit_id, period_start, percent
       on conflict do nothing
       returning *
     )
     select at from raised r join wanted w using (tenant_id, environment, limit_id, period_start)
     where w.percent = r.threshold_percent`,
    [
      alerts.map(({ tenantId }) => tenantId),
      alerts.map(({ environment }) => environment),
      alerts.map(({ limitId }) => limitId),
      alerts.map(({ periodStart }) => periodStart),
      alerts.map(({ thresholdPercent }) => thresholdPercent),
      now,
    ],
  );
  return raised.flatMap(({ at }) => alerts[Number(at) - 1] ?? []);
}
