import type { Log, Metrics } from '@tollgate/runtime/service';
import { sharedMetric } from '@tollgate/runtime/service';
import { Counter } from 'prom-client';
import type { Counters } from '../counters/connect.ts';
import { hourAt, shardNames } from '../counters/names.ts';
import { loadScript, redisTime } from '../counters/script.ts';

const sweepScript = loadScript(new URL('sweep.lua', import.meta.url), redisTime);

/** Counters that are looked at in one step, so that nobody waits long for Redis meanwhile. */
const pageSize = 250;
/** Hours that are looked back at: a recorder that was away for longer leaves something behind. */
const hoursBack = 7 * 24;
/** A counter that was saved in an hour is looked at when the next one is over, too. */
const hoursKept = 2;

/**
 * Forgets counters in Redis that Postgres knows and that nobody has used for at least an hour: strings
 * have no expiry, so that nothing is lost while no recorder runs. A credential that is used once takes
 * its memory for two to three hours.
 */
export function createSweep({
  counters,
  log,
  metrics,
}: {
  counters: Counters;
  log: Log;
  metrics: Metrics;
}): () => Promise<void> {
  const name = 'tollgate_metering_swept_counters_total';
  const help = 'Counters that Redis has forgotten, since Postgres knows them and nobody uses them.';
  const swept = sharedMetric(
    metrics,
    name,
    () => new Counter({ name, help, registers: [metrics] }),
  );
  return async () => {
    const present = hourAt(counters.nowUs());
    let forgotten = 0;
    for (let shard = 0; shard < counters.shards; shard += 1) {
      for (let hour = present - hoursBack; hour <= present - hoursKept; hour += 1) {
        forgotten += await sweepHour(counters, { shard, hour, present });
      }
    }
    swept.inc(forgotten);
    if (forgotten > 0) log.debug({ forgotten }, 'counters swept');
  };
}

async function sweepHour(
  counters: Counters,
  { shard, hour, present }: { shard: number; hour: number; present: number },
): Promise<number> {
  const names = shardNames(shard);
  let forgotten = 0;
  for (;;) {
    // Each of them leaves the set, so that the same question gets the next ones.
    const page = await counters.ask((redis) => redis.srandmember(names.seen(hour), pageSize));
    if (page.length === 0) return forgotten;
    const sets = [names.changed, names.seen(hour), names.seen(present)];
    forgotten += Number(await counters.script(sweepScript, [...sets, ...page], []));
  }
}
