import type { Environment } from '@tollgate/api/words';
import type { Hour } from './domain/hour.ts';
import { requestsMeter } from './domain/meter.ts';

/** What tells a rate from others of the same scope. */
interface RateNumbers {
  readonly requests: number;
  readonly windowSeconds: number;
  readonly burst: number;
}

/**
 * Names of everything Metering keeps in Redis. `{…}` is the hash tag: everything of a tenant lies in
 * one slot of a cluster, except `dirtyTenants`, which is one key of all and touched by each batch: a
 * cluster cannot run it. The environment is part of every counter's name.
 */
export const keys = {
  /** Set of tenants with counters that Postgres does not know yet. */
  dirtyTenants: 'tg:dirty',
  /** `<run id>|<epoch>`: the counters of this tenant are complete. */
  epoch: (tenant: string) => `tg:{${tenant}}:epoch`,
  /** Set of reservations' texts whose counters Postgres does not know yet. */
  dirty: (tenant: string) => `tg:{${tenant}}:dirty`,
  /** Hash: `<key>|<meter>|a` admitted, `<key>|<meter>|g` given back. */
  usage: (tenant: string, environment: Environment, hour: Hour) =>
    `tg:{${tenant}}:usage:${environment}:${hour.text}`,
  /** Admitted less given back of a calendar month. */
  month: (tenant: string, environment: Environment, month: string) =>
    `tg:{${tenant}}:month:${environment}:${month}`,
  /** Arrival time of a rate. A rate with other numbers is another one, and begins whole. */
  rate: (tenant: string, environment: Environment, scope: string, limit: RateNumbers) =>
    `tg:{${tenant}}:rate:${environment}:${scope}:` +
    `${limit.requests}/${limit.windowSeconds}+${limit.burst}`,
  /** What was decided for one request. */
  record: (tenant: string, requestId: string) => `tg:{${tenant}}:rid:${requestId}`,
  /** Set of the tenants that use API keys with this ending. Of no tenant, and in no script. */
  ending: (ending: string) => `tg:ending:${ending}`,
};

/** Field of a usage hash, without its last part. */
export function usageField(keyId: string): string {
  return `${keyId}|${requestsMeter}`;
}
