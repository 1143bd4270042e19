import type { Environment } from '@tollgate/api/words';
import { keys } from '../counters/keys.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { NamedLimit } from './operation.ts';

/** The plan's limits of a tenant's environment, with the names they are counted by. */
export function planLimits(policy: Policy, environment: Environment): NamedLimit[] {
  const { tenantId, limits } = policy;
  return limits.map((limit) => ({
    limit,
    key:
      limit.kind === 'rate' ? keys.rate(tenantId, environment, `plan:${limit.limitId}`, limit) : '',
  }));
}
