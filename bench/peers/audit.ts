import type { LoadResult } from '../load/load-plan.ts';
import type { Loader } from '../load/start-loader.ts';
import { audit, auditTenants } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import { auditQuestion } from './peer-questions.ts';

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
 * Asks for far more than the limits hold, as fast as it goes. The third case finds out by behaviour
 * alone what the refusals of the second have burnt.
 */
export async function auditContestant(
  loader: Loader,
  { addresses, kind }: Contestant,
): Promise<AuditResult> {
  const ask = (tenant: number, of: Parameters<typeof auditQuestion>[1]): Promise<LoadResult> =>
    loader.run({
      addresses,
      question: auditQuestion(kind, of),
      connections: 2 * addresses.length,
      open: 256,
      seconds: 60,
      questions: audit.questions,
      keys: { firstTenant: tenant, tenants: 1, keysPerTenant: 1 },
      distribution: 'hot',
    });
  const single = await ask(auditTenants.single, 'single');
  const double = await ask(auditTenants.double, 'double');
  const left = await ask(auditTenants.double, 'left');
  const admitted = ({ outcomes }: LoadResult) => outcomes['ok'] ?? 0;
  const undecided = ({ asked, outcomes }: LoadResult) =>
    asked - (outcomes['ok'] ?? 0) - (outcomes['over'] ?? 0);
  return {
    single: admitted(single),
    key: admitted(double),
    left: admitted(left),
    undecided: undecided(single) + undecided(double) + undecided(left),
  };
}

/**
 * Whether each case of the audit came out to the last call. Undecided calls are no excuse: one that
 * was charged all the same would be missing.
 */
export function isExact({ single, key, left }: AuditResult): boolean {
  return single === audit.single && key === audit.key && left === exactLeft;
}
