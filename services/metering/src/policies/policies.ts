import { ConnectError } from '@connectrpc/connect';
import type { TenantId } from '@tollgate/api';
import type { Database } from '@tollgate/runtime/database';
import { dependencyUnavailable } from '@tollgate/runtime/errors';
import { type Clock, createBreaker, createSharedWork, type Log } from '@tollgate/runtime/service';
import { LRUCache } from 'lru-cache';
import { type Policy, policyOf, type Terms } from './domain/policy.ts';
import { findTerms } from './policy-store.ts';

/** The policies of tenants, in memory. */
export interface Policies {
  /** The policy if it is in memory. */
  peek(tenantId: TenantId): Policy | undefined;
  /**
   * The policy, loaded if need be, once for all who wait.
   *
   * @throws ConnectError when none is to be had, NOT_FOUND (NO_SUBSCRIPTION) or UNAVAILABLE: never a
   *   guess that admits.
   */
  get(tenantId: TenantId): Promise<Policy>;
  /** Takes over what Billing says, unless newer news are known. */
  apply(terms: Terms): void;
  /** Forgets everything: news may have been missed. */
  clear(): void;
}

/** What policies are loaded from. */
export interface PolicySources {
  readonly database: Database;
  /** Asks Billing, who knows best. */
  readonly askBilling: (tenantId: TenantId) => Promise<Terms | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  /** Policies in memory at once; absent: 100,000. */
  readonly policiesMax?: number;
}

/**
 * After this long a loaded policy is confirmed by Billing, in the background: the table may lack news
 * that were published before we began to follow, for as long as the recorder is away. What Billing
 * decides later, we hear by event.
 */
const confirmAfterMs = 10_000;

/** Policies in memory at once, about 100 MB. */
const policiesMax = 100_000;

/** Policies in memory, the least recently loaded ones dropped first. */
export function createPolicies(sources: PolicySources): Policies {
  const { clock, log } = sources;
  const max = sources.policiesMax ?? policiesMax;
  const kept = keepPolicies(max);
  /** When to confirm which policies; a policy that is dropped may leave its time behind. */
  const confirmations = new LRUCache<TenantId, number>({ max });
  // While Billing is away, one question at a time finds out whether it is back.
  const billing = createBreaker(clock, { failuresMax: 1, pauseMs: confirmAfterMs });
  const loading = createSharedWork<TenantId, Policy>();
  let generation = 0;

  /** The policy in memory; starts to confirm it when it is time to. */
  function peek(tenantId: TenantId): Policy | undefined {
    const atMs = confirmations.peek(tenantId);
    if (atMs !== undefined && atMs <= clock.monotonicMs() && billing.allows()) {
      confirmations.delete(tenantId);
      void confirm(tenantId);
    }
    return kept.get(tenantId);
  }
  async function confirm(tenantId: TenantId): Promise<void> {
    try {
      const said = await sources.askBilling(tenantId);
      billing.succeeded();
      if (said) kept.apply(said);
    } catch (error) {
      billing.failed();
      log.warn({ error, tenantId }, 'a policy could not be confirmed');
      confirmations.set(tenantId, clock.monotonicMs() + confirmAfterMs);
    }
  }
  async function load(tenantId: TenantId): Promise<Policy> {
    const began = generation;
    const terms = await find(sources, tenantId);
    // What was read before a gap may be older than news that were missed in it.
    if (began !== generation) return load(tenantId);
    const policy = kept.apply(terms);
    confirmations.set(tenantId, clock.monotonicMs() + confirmAfterMs);
    return policy;
  }

  return {
    peek,
    get: async (tenantId) => peek(tenantId) ?? loading.share(tenantId, () => load(tenantId)),
    apply(terms) {
      try {
        kept.apply(terms);
      } catch (error) {
        // Better no policy than the one before, which may allow more.
        kept.forget(terms.tenantId);
        log.error({ error, tenantId: terms.tenantId }, 'a policy is not understood');
      }
    },
    clear() {
      generation += 1;
      kept.clear();
      confirmations.clear();
    },
  };
}

/** The newest version of each tenant's policy, at most `max` of them. */
function keepPolicies(max: number) {
  const policies = new LRUCache<TenantId, Policy>({ max });
  return {
    // Looking one up changes nothing: it is done for each request.
    get: (tenantId: TenantId) => policies.peek(tenantId),
    forget: (tenantId: TenantId) => void policies.delete(tenantId),
    clear: () => policies.clear(),
    apply(terms: Terms): Policy {
      const policy = policyOf(terms);
      const known = policies.peek(policy.tenantId);
      if (known && known.version >= policy.version) return known;
      policies.set(policy.tenantId, policy);
      return policy;
    },
  };
}

async function find({ database, askBilling }: PolicySources, tenantId: TenantId): Promise<Terms> {
  try {
    const known = await database.read({ tenantId }, (rows) => findTerms(rows, tenantId));
    const terms = known ?? (await askBilling(tenantId));
    if (terms) return terms;
  } catch (error) {
    throw error instanceof ConnectError ? error : dependencyUnavailable('policies', error);
  }
  throw dependencyUnavailable('billing');
}
