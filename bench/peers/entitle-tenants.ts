import { type FreshDatabase, storePolicies } from '../../packages/testkit/src/index.ts';
import { tenantOf } from '../load/ids.ts';
import { audit, auditTenants } from './audit-limits.ts';
import { firstTenants, tenants } from './load-case.ts';
import { neverReached } from './peer-questions.ts';

/** Gives all tenants their plans' limits, without asking Billing. */
export async function entitleTenants(database: Pick<FreshDatabase, 'sql'>): Promise<void> {
  const entitled = [
    ...numbered(firstTenants.quota).map((tenant) => ({ tenant, requestsPerMonth: neverReached })),
    ...numbered(firstTenants.quotaAndRate).map((tenant) => ({
      tenant,
      requestsPerMonth: neverReached,
      requestsPerMinute: neverReached,
    })),
    { tenant: auditTenants.single, requestsPerMonth: audit.single },
    { tenant: auditTenants.double, requestsPerMonth: audit.tenant },
  ];
  await storePolicies(
    database,
    entitled.map(({ tenant, ...limits }) => ({ tenantId: tenantOf(tenant), ...limits })),
  );
}

function numbered(first: number): number[] {
  return Array.from({ length: tenants }, (_, at) => first + at);
}
