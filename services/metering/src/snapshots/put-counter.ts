import type { Counters } from '../counters/connect.ts';
import { accountName, hourAt, shardNames, shardOf } from '../counters/names.ts';
import { loadScript } from '../counters/script.ts';
import type { UsageCounter } from '../usage/usage-store.ts';

const putCounterScript = loadScript(new URL('put-counter.lua', import.meta.url));

/**
 * Puts a counter into Redis as one of a slot that is not the present one, unless it is there: calls of
 * it may still be given back, and where the clock was ahead, it goes on when its time comes.
 */
export async function putCounter(
  counters: Counters,
  { tenantId, environment, keyId, slot, admitted, givenBack }: UsageCounter,
): Promise<void> {
  const account = accountName(tenantId, environment);
  const names = shardNames(shardOf(account, counters.shards));
  await counters.script(
    putCounterScript,
    [names.usage(account, slot.index), names.seen(hourAt(counters.nowUs()))],
    [
      keyId,
      String(admitted),
      String(givenBack),
      `${names.credential(account, keyId)}@${slot.index}`,
    ],
  );
}
