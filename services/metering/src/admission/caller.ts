import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import { monthAt, type UsageWindow } from '../counters/domain/usage-window.ts';
import { accountName, Name, shardNames, shardOf } from '../counters/names.ts';
import type { LimitList, OwnedLimit } from './limit-list.ts';

/** Who pays: a customer's environment. One object for all its callers. */
export interface Account {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly shard: number;
  readonly name: Name;
  /** In which its usage is counted now; another one when Redis says that it lives in another time. */
  window: UsageWindow;
  /** Of the encoder alone: the latest batch that it is in, and its number there. */
  batch: number;
  index: number;
}

/**
 * Whose calls are decided: everything that equal calls share. Calls with the same object in one batch
 * are merged, so whoever asks keeps and reuses it. Nothing is stored of it.
 */
export interface Caller {
  /** Of the string in Redis that is its own. */
  readonly name: Name;
  readonly shard: number;
  readonly limits: readonly OwnedLimit[];
  /** Absent where calls are limited, by one rate of the caller, and not counted. */
  readonly counted?: {
    readonly account: Account;
    /** `key_…`, or `usr_…` for calls with a user's token. */
    readonly keyId: string;
  };
  /** The limits in the window of the account; another one when that is. */
  list: LimitList;
  /** Of the encoder alone: the latest batch that it is in, its first and last call there, how many. */
  batch: number;
  first: number;
  last: number;
  count: number;
}

/** An account in the window that holds `nowUs` (microseconds since 1970). */
export function accountOf(
  { tenantId, environment }: { tenantId: TenantId; environment: Environment },
  { shards, nowUs }: { shards: number; nowUs: number },
): Account {
  const text = accountName(tenantId, environment);
  const shard = shardOf(text, shards);
  const name = new Name(shardNames(shard).account(text));
  return { tenantId, environment, shard, name, window: monthAt(nowUs), batch: -1, index: 0 };
}

/** A caller whose calls are counted. */
export function countedCaller(
  account: Account,
  keyId: string,
  { limits, list }: Pick<Caller, 'limits' | 'list'>,
): Caller {
  const { shard, tenantId, environment } = account;
  const name = new Name(shardNames(shard).credential(accountName(tenantId, environment), keyId));
  return { name, shard, limits, counted: { account, keyId }, list, ...untouched };
}

/** A caller whose calls are limited by one rate of its own, and not counted. */
export function uncountedCaller(
  caller: string,
  { shards, limits, list }: Pick<Caller, 'limits' | 'list'> & { shards: number },
): Caller {
  const shard = shardOf(caller, shards);
  return { name: new Name(shardNames(shard).uncounted(caller)), shard, limits, list, ...untouched };
}

const untouched = { batch: -1, first: 0, last: 0, count: 0 };
