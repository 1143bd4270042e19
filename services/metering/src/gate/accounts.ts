import type { Environment } from '@tollgate/api/words';
import { createRecentTexts } from '@tollgate/runtime/service';
import type { Account, NamedLimit } from '../admission/operation.ts';
import { planLimits } from '../admission/plan-limits.ts';
import { keys } from '../counters/keys.ts';
import { type RateLimit, rateLimit } from '../policies/domain/limit.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { ApiQuestion, UpstreamQuestion } from './read-question.ts';

/**
 * Accounts kept for reuse, of all tenants together: equal objects let requests be merged and save
 * building names. Each takes about 4 KiB with what `packed-account.ts` makes of it.
 */
const accountsMax = 40_000;

/** Answers who is charged for a counted call: by the plan, and by the key's own limit. */
export function createUpstreamAccounts(): (policy: Policy, of: UpstreamQuestion) => Account {
  const accounts = createRecentTexts<Account>(accountsMax);
  // A policy that changes is another object, and its accounts are others.
  const numbers = new WeakMap<Policy, number>();
  let policies = 0;
  return (policy, { environment, keyId, keyLimit }) => {
    let number = numbers.get(policy);
    if (number === undefined) {
      number = ++policies;
      numbers.set(policy, number);
    }
    const ofKey = keyLimit ? ` ${keyLimit.requests}/${keyLimit.seconds}` : '';
    const name = `${keyId} ${number} ${environment}${ofKey}`;
    let account = accounts.get(name);
    if (!account) {
      const { tenantId: tenant } = policy;
      const limits = planLimits(policy, environment);
      if (keyLimit) limits.push(ownLimit({ tenant, environment, keyId, ...keyLimit }));
      account = { tenant, environment, keyId, limits };
      accounts.set(name, account);
    }
    return account;
  };
}

/** Limits on Tollgate's own API. */
export interface ApiLimits {
  /** Of each tenant's environment. */
  readonly tenantPerMinute: number;
  /** Of each client address without a credential. */
  readonly anonymousPerMinute: number;
}

/** Answers who is charged for a call to Tollgate's own API. */
export function createApiAccounts(limits: ApiLimits): (of: ApiQuestion) => Account {
  const accounts = createRecentTexts<Account>(accountsMax);
  const ofTenant = perMinute('api-requests-per-minute', limits.tenantPerMinute);
  const ofAddress = perMinute('anonymous-requests-per-minute', limits.anonymousPerMinute);
  return ({ tenantId, environment, address }) => {
    // Braces would end the hash tag.
    const tenant = tenantId ?? `anonymous:${address.replaceAll(/[{}]/g, '')}`;
    const name = `${environment} ${tenant}`;
    let account = accounts.get(name);
    if (!account) {
      const limit = tenantId ? ofTenant : ofAddress;
      const key = keys.rate(tenant, environment, 'api', limit);
      account = { tenant, environment, limits: [{ limit, key }] };
      accounts.set(name, account);
    }
    return account;
  };
}

function perMinute(limitId: string, requests: number): RateLimit {
  return rateLimit({ limitId, requests, windowSeconds: 60 });
}

function ownLimit(of: {
  tenant: string;
  environment: Environment;
  keyId: string;
  requests: number;
  seconds: number;
}): NamedLimit {
  const { tenant, environment, keyId, requests, seconds } = of;
  const limit = rateLimit({ limitId: 'requests-of-key', requests, windowSeconds: seconds });
  return { limit, key: keys.rate(tenant, environment, `key:${keyId}`, limit) };
}
