import type { Log } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import type { Restorer } from './restorer.ts';
import type { Saver } from './save-counters.ts';

/**
 * Copies what has changed to Postgres. Counters of an epoch that Postgres has gone beyond (a restore
 * that broke off) are restored first, which keeps what they have counted, and saved the next time.
 */
export function snapshot(parts: {
  saver: Saver;
  restorer: Restorer;
  counters: Counters;
  log: Log;
}): () => Promise<void> {
  const { saver, restorer, counters, log } = parts;
  return async () => {
    counters.run();
    const { saved, outdated } = await saver.saveAll();
    if (saved > 0) log.debug({ saved }, 'counters saved');
    for (const tenantId of outdated) {
      await restorer.restore(tenantId).catch((error) => {
        log.error({ error, tenantId }, 'counters could not be restored');
      });
    }
  };
}
