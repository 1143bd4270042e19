import { audit, auditTenants } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import type { LoadPlan, LoadResult } from './load/load-plan.ts';
import type { Loader } from './load/start-loader.ts';

/** How exact one contestant is under full load. */
export interface AuditResult {
  /** Admitted by a limit that stands alone; exact is `audit.single`. */
  readonly single: number;
  /** Admitted by a key's limit that stands beside its tenant's; exact is `audit.key`. */
  readonly key: number;
  /** Then admitted for the tenant without a key's limit; exact is what the key has left of it. */
  readonly left: number;
  /** Questions of all three cases that were not decided. */
  readonly undecided: number;
}

/** What an exact limiter leaves when refusals burn nothing. */
export const exactLeft = audit.tenant - audit.key;

/**
 * Asks for far more than the limits hold, as fast as it goes. `number` gives each contestant
 * tenants of its own. The third case finds out by behaviour alone what the refusals of the second
 * have burnt.
 */
export async function auditContestant(
  loader: Loader,
  contestant: Contestant,
  number: number,
): Promise<AuditResult> {
  const ask = (
    tenant: number,
    limits: Pick<LoadPlan, 'keyLimit' | 'keyEntry' | 'tenantEntry'>,
  ): Promise<LoadResult> =>
    loader.run({
      addresses: contestant.addresses,
      kind: contestant.kind,
      connections: 2 * contestant.addresses.length,
      open: 256,
      seconds: 60,
      questions: audit.questions,
      tenants: { first: tenant + 10 * number, count: 1 },
      keysPerTenant: 1,
      ...limits,
    });
  // A day's limit, so that next to nothing is refilled while it is asked for.
  const keyLimit = `${audit.key}/86400`;
  const results = [
    await ask(auditTenants.single, { keyEntry: 'none', tenantEntry: 'audit_single' }),
    await ask(auditTenants.double, {
      keyLimit,
      keyEntry: 'audit_key',
      tenantEntry: 'audit_tenant',
    }),
    await ask(auditTenants.double, { tenantEntry: 'audit_tenant' }),
  ] as const;
  const admitted = (at: 0 | 1 | 2) => results[at].outcomes['ok'] ?? 0;
  const decided = results.reduce(
    (sum, { outcomes }) => sum + (outcomes['ok'] ?? 0) + (outcomes['over'] ?? 0),
    0,
  );
  const asked = results.reduce((sum, result) => sum + result.asked, 0);
  return {
    single: admitted(0),
    key: admitted(1),
    left: admitted(2),
    undecided: asked - decided,
  };
}
