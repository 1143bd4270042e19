import { newId } from '@tollgate/runtime/database';
import { type Account, accountOf, type Caller, countedCaller } from '../../src/admission/caller.ts';
import type { LimitLists, OwnedLimit } from '../../src/admission/limit-list.ts';
import type { Counters } from '../../src/counters/connect.ts';
import { hourAt, shardNames } from '../../src/counters/names.ts';
import { restoreScript } from '../../src/snapshots/restore-tenants.ts';

/** A new tenant's account whose counters are complete, in epoch 1: nothing has been used. */
export async function completeAccount(
  counters: Counters,
  tenantId = newId('ten'),
): Promise<Account> {
  const account = accountOf(
    { tenantId, environment: 'live' },
    { shards: counters.shards, nowUs: counters.nowUs() },
  );
  const { window, name, shard } = account;
  const seen = shardNames(shard).seen(hourAt(counters.nowUs()));
  const head = [counters.run(), 1, 1, window.id, window.endUs, 0, 0, 0, '', 0];
  await counters.script(restoreScript, [seen, name.text], head);
  return account;
}

/** A caller of it with these limits. */
export function callerOf(
  account: Account,
  listOf: LimitLists,
  limits: readonly OwnedLimit[] = [],
  keyId = 'key_a',
): Caller {
  return countedCaller(account, keyId, { limits, list: listOf(limits, account.window) });
}
