import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import { createRecentTexts } from '@tollgate/runtime/service';
import {
  type Account,
  accountOf,
  type Caller,
  countedCaller,
  uncountedCaller,
} from '../admission/caller.ts';
import { type LimitLists, type OwnedLimit, planLimits } from '../admission/limit-list.ts';
import type { Counters } from '../counters/connect.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { rateLimit } from '../policies/domain/limit.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { ApiQuestion, UpstreamQuestion } from './read-question.ts';

/** Callers kept for reuse, of all tenants together: calls of equal objects are merged in a batch. */
const callersMax = 40_000;

/** What callers are made with. */
export interface CallerParts {
  readonly counters: Pick<Counters, 'shards' | 'nowUs'>;
  readonly listOf: LimitLists;
}

/** Limits on Tollgate's own API. */
export interface ApiLimits {
  /** Of each tenant's environment. */
  readonly tenantPerMinute: number;
  /** Of each client address without a credential. */
  readonly anonymousPerMinute: number;
}

/** Who is charged for a counted call: by the plan, and by the key's own limit. */
export type UpstreamCallers = (
  policy: Policy,
  of: Pick<UpstreamQuestion, 'environment' | 'keyId' | 'keyLimit'>,
) => Caller;

/** Answers callers of protected APIs. */
export function createUpstreamCallers(parts: CallerParts): UpstreamCallers {
  const callers = createRecentTexts<Caller>(callersMax);
  const accounts = createRecentTexts<Account>(callersMax);
  // A policy that changes is another object, and its callers are others.
  const numbers = new WeakMap<Policy, number>();
  let policies = 0;

  function account(tenantId: TenantId, environment: Environment): Account {
    const name = `${tenantId} ${environment}`;
    let known = accounts.get(name);
    if (!known) {
      const { shards, nowUs } = parts.counters;
      known = accountOf({ tenantId, environment }, { shards, nowUs: nowUs() });
      accounts.set(name, known);
    }
    return known;
  }
  return (policy, { environment, keyId, keyLimit }) => {
    let number = numbers.get(policy);
    if (number === undefined) {
      number = ++policies;
      numbers.set(policy, number);
    }
    const ofKey = keyLimit ? ` ${keyLimit.requests}/${keyLimit.seconds}` : '';
    const name = `${keyId} ${number} ${environment}${ofKey}`;
    let caller = callers.get(name);
    if (!caller) {
      const paying = account(policy.tenantId, environment);
      const limits = planLimits(policy);
      if (keyLimit) limits.push(ownLimit(keyLimit));
      const list = parts.listOf(limits, paying.window);
      // Those of the list are equal, and shared by all who have them.
      caller = countedCaller(paying, keyId, { limits: list.limits, list });
      callers.set(name, caller);
    }
    return caller;
  };
}

/** Who a call to Tollgate's own API is limited as. */
export type ApiCallers = (of: ApiQuestion) => Caller;

/** Answers callers of Tollgate's own API. */
export function createApiCallers(parts: CallerParts, limits: ApiLimits): ApiCallers {
  const callers = createRecentTexts<Caller>(callersMax);
  const ofTenant = perMinute('api-requests-per-minute', limits.tenantPerMinute);
  const ofAddress = perMinute('anonymous-requests-per-minute', limits.anonymousPerMinute);
  return ({ tenantId, environment, address }) => {
    // Braces would end the hash tag.
    const who = tenantId ?? `anonymous:${address.replaceAll(/[^0-9A-Za-z.:/]/g, '')}`;
    const name = `${who}:${environment}`;
    let caller = callers.get(name);
    if (!caller) {
      const own = tenantId ? ofTenant : ofAddress;
      const { shards, nowUs } = parts.counters;
      const list = parts.listOf(own, monthAt(nowUs()));
      caller = uncountedCaller(name, { shards, limits: own, list });
      callers.set(name, caller);
    }
    return caller;
  };
}

function perMinute(limitId: string, requests: number): OwnedLimit[] {
  return [{ limit: rateLimit({ limitId, requests, windowSeconds: 60 }), of: 'credential' }];
}

function ownLimit({ requests, seconds }: { requests: number; seconds: number }): OwnedLimit {
  const limit = rateLimit({ limitId: 'requests-of-key', requests, windowSeconds: seconds });
  return { limit, of: 'credential' };
}
