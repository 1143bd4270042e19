import type { TenantId } from '@tollgate/api';
import type { FreshDatabase } from './fresh-database.ts';

/** What a tenant may call; calls are refused while the counters are away. */
export interface StoredPolicy {
  readonly tenantId: TenantId;
  readonly requestsPerMonth: number;
  /** Of the plan; absent: no such limit. */
  readonly requestsPerMinute?: number;
}

/** Gives tenants their limits in Metering's own table, as Billing has announced them: nobody is asked. */
export async function storePolicies(
  { sql }: Pick<FreshDatabase, 'sql'>,
  policies: readonly StoredPolicy[],
): Promise<void> {
  await sql(
    `insert into metering.policy (tenant_id, version, entitlements)
     select entitlements ->> 'tenantId', 1, entitlements
     from unnest($1::jsonb[]) as t (entitlements)`,
    [policies.map((policy) => JSON.stringify(entitlementsOf(policy)))],
  );
}

/** As Billing's message `Entitlements` says it in JSON. */
function entitlementsOf({ tenantId, requestsPerMonth, requestsPerMinute }: StoredPolicy) {
  const quota = {
    limitId: 'requests-per-month',
    kind: 'quota',
    requests: String(requestsPerMonth),
    window: 'month',
  };
  const rate = {
    limitId: 'requests-per-minute',
    kind: 'rate',
    requests: String(requestsPerMinute),
    window: 'minute',
  };
  return {
    version: '1',
    planId: 'plan_test',
    onLimiterUnavailable: 'deny',
    tenantId,
    limits: requestsPerMinute === undefined ? [quota] : [quota, rate],
  };
}
