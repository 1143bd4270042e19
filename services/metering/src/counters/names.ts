import { isId, type TenantId } from '@tollgate/api';
import { type Environment, isEnvironment } from '@tollgate/api/words';

/** A name in Redis, as it stands in a command: `$<bytes>\r\n<text>\r\n`. ASCII. */
export class Name {
  readonly bulk: Buffer;

  constructor(text: string) {
    this.bulk = Buffer.from(`$${text.length}\r\n${text}\r\n`, 'latin1');
  }

  /** Made anew each time: there are many names, and only a gate without Redis asks. */
  get text(): string {
    return this.bulk.toString('latin1', this.bulk.indexOf('\n') + 1, this.bulk.length - 2);
  }
}

/**
 * Names of everything that Metering keeps in Redis. `{…}` is the hash tag: what a batch touches
 * together lies in one shard, and a shard in one slot of a cluster.
 */
export interface ShardNames {
  /** Sorted set: credentials, and slots of credentials that are over, that Postgres does not know. */
  readonly changed: string;
  /** Set: ids of calls that were charged in a period. */
  ids(period: number): string;
  /** Set: ids of calls that must not be charged, or not given back again. */
  void(voidPeriod: number): string;
  /** Set: what was saved in an hour (since 1970) and is to be forgotten when it is not used again. */
  seen(hour: number): string;
  /** String: see strings.ts. */
  account(account: string): string;
  /** String: see strings.ts. */
  credential(account: string, keyId: string): string;
  /** Hash: counters by credential, of a slot that is over. */
  usage(account: string, slot: number): string;
  /** String with an expiry: the rate of a caller whose calls are not counted. */
  uncounted(caller: string): string;
}

/** The hour since 1970 that holds an instant, given in microseconds. */
export function hourAt(nowUs: number): number {
  return Math.floor(nowUs / 3_600_000_000);
}

/** What stands in {@link ShardNames.changed} and {@link ShardNames.seen}, taken apart. */
export interface CounterName {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly keyId: string;
  /** Index of a slot that is over; absent for the credential's string. */
  readonly slot?: number;
}

const counterPattern = /^tg:\{s\d+\}:([^:]+):(test|live):([A-Za-z0-9_-]{1,64})(?:@(\d{1,10}))?$/;

/** Reads the name of a counter; undefined for anything else. */
export function readCounterName(text: string): CounterName | undefined {
  const [, tenantId, environment, keyId, slot] = counterPattern.exec(text) ?? [];
  if (!isId('ten', tenantId) || !isEnvironment(environment) || keyId === undefined)
    return undefined;
  const name = { tenantId, environment, keyId };
  return slot === undefined ? name : { ...name, slot: Number(slot) };
}

/** The names of one shard. */
export function shardNames(shard: number): ShardNames {
  const tag = `tg:{s${shard}}`;
  return {
    changed: `${tag}:changed`,
    ids: (period) => `${tag}:ids:${period}`,
    void: (voidPeriod) => `${tag}:void:${voidPeriod}`,
    seen: (hour) => `${tag}:seen:${hour}`,
    account: (account) => `${tag}:${account}`,
    credential: (account, keyId) => `${tag}:${account}:${keyId}`,
    usage: (account, slot) => `${tag}:${account}:usage:${slot}`,
    uncounted: (caller) => `${tag}:uncounted:${caller}`,
  };
}

/** Set of the API keys in use that end so: see api-keys/key-endings.ts. In no script, and in no shard. */
export function endingName(ending: string): string {
  return `tg:ending:${ending}`;
}

/** Who pays, as text in names: the customer of the platform, which is the tenant, in an environment. */
export function accountName(tenant: string, environment: Environment): string {
  return `${tenant}:${environment}`;
}

/** The shard of an account or of a caller that is not counted, of `shards` (FNV-1a of its name). */
export function shardOf(name: string, shards: number): number {
  return hash32(name) % shards;
}

/** FNV-1a of a text's UTF-16 units, 32 bits. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
