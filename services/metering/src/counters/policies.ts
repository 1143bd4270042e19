import { Code, ConnectError } from '@connectrpc/connect';
import type { Entitlements } from '@tollgate/api/tollgate/billing/v1/events';
import { type Database, dependencyUnavailable, type Log, type TenantId } from '@tollgate/runtime';
import { type Policy, policyOf } from '../domain/policy.ts';
import { entitlementsOf } from '../store/policy-store.ts';

/** The policies of tenants, in memory. */
export interface Policies {
  /** The policy if it is in memory. */
  peek(tenantId: TenantId): Policy | undefined;
  /**
   * The policy, loaded if need be, once for all who wait.
   *
   * @throws ConnectError UNAVAILABLE when none is to be had: never a guess that admits.
   */
  get(tenantId: TenantId): Promise<Policy>;
  /** Takes over what Billing says, unless newer news are known. */
  apply(entitlements: Entitlements): void;
  /** Forgets everything: news may have been missed. */
  clear(): void;
}

/** What policies are loaded from. */
export interface PolicySources {
  readonly database: Database;
  /** Asks Billing, for a tenant that Metering has not heard of yet. */
  readonly askBilling: (tenantId: TenantId) => Promise<Entitlements | undefined>;
  readonly log: Log;
  /** Policies in memory at once; absent: 100,000, about 100 MB. */
  readonly policiesMax?: number;
}

/** Policies in memory, the least recently loaded ones dropped first. */
export function createPolicies(sources: PolicySources): Policies {
  const { policiesMax = 100_000 } = sources;
  const policies = new Map<TenantId, Policy>();
  const loading = new Map<TenantId, Promise<Policy>>();
  let generation = 0;

  function apply(entitlements: Entitlements): Policy {
    const policy = policyOf(entitlements);
    const known = policies.get(policy.tenantId);
    if (known && known.version >= policy.version) return known;
    policies.delete(policy.tenantId);
    policies.set(policy.tenantId, policy);
    const [oldest] = policies.keys();
    if (policies.size > policiesMax && oldest) policies.delete(oldest);
    return policy;
  }
  async function load(tenantId: TenantId): Promise<Policy> {
    const began = generation;
    const entitlements = await find(sources, tenantId);
    // What was read before a gap may be older than news that were missed in it.
    if (began !== generation) return load(tenantId);
    return apply(entitlements);
  }
  function loadOnce(tenantId: TenantId): Promise<Policy> {
    const current = loading.get(tenantId);
    if (current) return current;
    const run = load(tenantId).finally(() => loading.delete(tenantId));
    loading.set(tenantId, run);
    return run;
  }

  return {
    peek: (tenantId) => policies.get(tenantId),
    get: async (tenantId) => policies.get(tenantId) ?? loadOnce(tenantId),
    apply(entitlements) {
      try {
        apply(entitlements);
      } catch (error) {
        // Better no policy than the one before, which may allow more.
        policies.delete(entitlements.tenantId as TenantId);
        sources.log.error({ error, tenantId: entitlements.tenantId }, 'a policy is not understood');
      }
    },
    clear() {
      generation += 1;
      policies.clear();
    },
  };
}

async function find({ database, askBilling }: PolicySources, tenantId: TenantId) {
  try {
    const known = await database.read({ tenantId }, (rows) => entitlementsOf(rows, tenantId));
    const entitlements = known ?? (await askBilling(tenantId));
    if (entitlements) return entitlements;
  } catch (error) {
    if (error instanceof ConnectError && error.code === Code.NotFound) {
      throw dependencyUnavailable('billing', error);
    }
    throw dependencyUnavailable('policies', error);
  }
  throw dependencyUnavailable('billing');
}
