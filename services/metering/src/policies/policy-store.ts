import type { TenantId } from '@tollgate/api';
import type { LimiterPolicy } from '@tollgate/api/words';
import type { Rows } from '@tollgate/runtime/database';
import type { Terms, TermsLimit } from './domain/policy.ts';

/** Keeps a tenant's terms unless newer ones are known. Answers whether they were news. */
export async function keepTerms(rows: Rows, terms: Terms): Promise<boolean> {
  const kept = await rows.sql(
    `insert into policy as p (tenant_id, version, entitlements) values ($1, $2, $3::jsonb)
     on conflict (tenant_id) do update
       set version = excluded.version, entitlements = excluded.entitlements
       where p.version < excluded.version
     returning version`,
    [terms.tenantId, terms.version, JSON.stringify(toStored(terms))],
  );
  return kept.length > 0;
}

/** A tenant's terms as last heard of. */
export async function findTerms(rows: Rows, tenantId: TenantId): Promise<Terms | undefined> {
  const [found] = await findTermsOf(rows, [tenantId]);
  return found;
}

/** The known terms of several tenants, in no order. */
export async function findTermsOf(rows: Rows, tenantIds: readonly TenantId[]): Promise<Terms[]> {
  const found = await rows.sql<PolicyRow>(
    `select tenant_id as "tenantId", version, entitlements from policy
     where tenant_id = any($1::text[])`,
    [tenantIds],
  );
  return found.map(fromStored);
}

interface PolicyRow {
  readonly tenantId: TenantId;
  readonly version: bigint;
  readonly entitlements: StoredTerms;
}

/**
 * The column's JSON is that of the message `tollgate.billing.v1.Entitlements`, as it has always been:
 * whole numbers of 64 bits are texts, and a number or policy that is absent is 0 or `deny`.
 */
interface StoredTerms {
  readonly tenantId: string;
  readonly version: string;
  readonly planId: string;
  readonly planVersion?: number;
  readonly limits?: readonly StoredLimit[];
  readonly onLimiterUnavailable?: LimiterPolicy;
  readonly includedRequests?: string;
}

interface StoredLimit extends Pick<TermsLimit, 'limitId' | 'kind' | 'window'> {
  readonly requests: string;
  readonly burst?: string;
}

function toStored(terms: Terms): StoredTerms {
  return {
    ...terms,
    version: String(terms.version),
    includedRequests: String(terms.includedRequests),
    limits: terms.limits.map(({ requests, burst, ...limit }) => {
      return { ...limit, requests: String(requests), burst: String(burst) };
    }),
  };
}

function fromStored({ tenantId, version, entitlements: stored }: PolicyRow): Terms {
  return {
    tenantId,
    version,
    planId: stored.planId,
    planVersion: stored.planVersion ?? 0,
    limits: (stored.limits ?? []).map(({ requests, burst = '0', ...limit }) => {
      return { ...limit, requests: BigInt(requests), burst: BigInt(burst) };
    }),
    onLimiterUnavailable: stored.onLimiterUnavailable ?? 'deny',
    includedRequests: BigInt(stored.includedRequests ?? '0'),
  };
}
