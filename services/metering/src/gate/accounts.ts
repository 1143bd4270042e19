import type { Environment } from '@tollgate/runtime';
import { keys } from '../counters/keys.ts';
import type { Account, NamedLimit } from '../counters/operation.ts';
import { planLimits } from '../counters/plan-limits.ts';
import { type RateLimit, rateLimit } from '../domain/limit.ts';
import type { Policy } from '../domain/policy.ts';
import type { ApiQuestion, UpstreamQuestion } from './read-question.ts';

/** Accounts kept for reuse: equal objects let requests be merged and save building names. */
const accountsMax = 10_000;

/** Answers who is charged for a counted call: by the plan, and by the key's own limit. */
export function createUpstreamAccounts(): (policy: Policy, of: UpstreamQuestion) => Account {
  const byPolicy = new WeakMap<Policy, Record<Environment, Map<string, Account>>>();
  return (policy, { environment, keyId, keyLimit }) => {
    let environments = byPolicy.get(policy);
    if (!environments) {
      environments = { test: new Map(), live: new Map() };
      byPolicy.set(policy, environments);
    }
    const accounts = environments[environment];
    const name = keyLimit ? `${keyId} ${keyLimit.requests}/${keyLimit.seconds}` : keyId;
    let account = accounts.get(name);
    if (!account) {
      const { tenantId: tenant } = policy;
      const limits = planLimits(policy, environment);
      if (keyLimit) limits.push(ownLimit({ tenant, environment, keyId, ...keyLimit }));
      account = { tenant, environment, keyId, limits };
      keep(accounts, name, account);
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
  const accounts = new Map<string, Account>();
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
      keep(accounts, name, account);
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

function keep(accounts: Map<string, Account>, name: string, account: Account): void {
  if (accounts.size >= accountsMax) accounts.clear();
  accounts.set(name, account);
}
