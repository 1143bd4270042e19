import type { freshDatabase } from '../../packages/testkit/src/index.ts';

/** A database with the schema of Metering. */
export type Database = Awaited<ReturnType<typeof freshDatabase>>;

/** Gives tenants a rate that is never reached and a monthly quota, without asking Billing. */
export async function entitle(
  database: Database,
  tenants: readonly string[],
  quota = 1_000_000_000,
): Promise<void> {
  const limits = [
    { limitId: 'requests-per-minute', kind: 'rate', requests: '1000000000', window: 'minute' },
    { limitId: 'requests-per-month', kind: 'quota', requests: String(quota), window: 'month' },
  ];
  const entitlements = { version: '1', planId: 'plan_bench', limits, onLimiterUnavailable: 'deny' };
  await database.sql(
    `insert into metering.policy (tenant_id, version, entitlements)
     select tenant_id, 1, $2::jsonb || jsonb_build_object('tenantId', tenant_id)
     from unnest($1::text[]) as t (tenant_id)`,
    [tenants, JSON.stringify(entitlements)],
  );
}
