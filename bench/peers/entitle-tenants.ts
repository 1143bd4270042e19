import type { FreshDatabase } from '../../packages/testkit/src/index.ts';
import { tenantOf } from '../load/ids.ts';
import { audit, auditTenants } from './audit-limits.ts';
import { firstTenants, tenants } from './load-case.ts';
import { neverReached } from './peer-questions.ts';

interface Entitled {
  readonly tenant: number;
  readonly requestsPerMonth: number;
  readonly requestsPerMinute?: number;
}

/** Gives all tenants their plans' limits, without asking Billing. */
export async function entitleTenants({ sql }: Pick<FreshDatabase, 'sql'>): Promise<void> {
  const entitled: Entitled[] = [
    ...numbered(firstTenants.quota).map((tenant) => ({ tenant, requestsPerMonth: neverReached })),
    ...numbered(firstTenants.quotaAndRate).map((tenant) => ({
      tenant,
      requestsPerMonth: neverReached,
      requestsPerMinute: neverReached,
    })),
    { tenant: auditTenants.single, requestsPerMonth: audit.single },
    { tenant: auditTenants.double, requestsPerMonth: audit.tenant },
  ];
  await sql(
    `insert into metering.policy (tenant_id, version, entitlements)
     select entitlements ->> 'tenantId', 1, entitlements
     from unnest($1::jsonb[]) as t (entitlements)`,
    [entitled.map((one) => JSON.stringify(entitlementsOf(one)))],
  );
}

function numbered(first: number): number[] {
  return Array.from({ length: tenants }, (_, at) => first + at);
}

/** As Billing's message `Entitlements` says it in JSON. */
function entitlementsOf({ tenant, requestsPerMonth, requestsPerMinute }: Entitled) {
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
    planId: 'plan_bench',
    onLimiterUnavailable: 'deny',
    tenantId: tenantOf(tenant),
    limits: requestsPerMinute === undefined ? [quota] : [quota, rate],
  };
}
