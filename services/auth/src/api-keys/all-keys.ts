import { createKeyDirectory, type KeyDirectory } from '@tollgate/credentials';
import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { findKeyByHash, listKeysOfAll } from './api-key-store.ts';
import { overlapSeconds } from './domain/change-overlap.ts';

/** Keys loaded by one query. */
const pageSize = 5_000;
/** A key revoked longer ago than this is not kept in memory; asked for, it is looked up. */
const revokedKeptHours = 24;

/** All API keys, in memory. */
export interface AllKeys {
  readonly directory: KeyDirectory;
  /** Loads everything at first, and what changed since on every further call. */
  refresh(): Promise<void>;
}

/** Nothing is in memory yet: `refresh` loads it. What another process just made is looked up. */
export function createAllKeys(parts: { database: Database; clock: Clock }): AllKeys {
  const { database, clock } = parts;
  const directory = createKeyDirectory({
    lookUp: (secretHash) => database.system((rows) => findKeyByHash(rows, secretHash)),
    source: 'postgres',
    clock,
  });
  let refreshedAt: Temporal.Instant | undefined;
  return {
    directory,
    async refresh() {
      const startedAt = clock.now();
      const since = refreshedAt?.subtract({ seconds: overlapSeconds });
      const aliveAt = startedAt.subtract({ hours: revokedKeptHours });
      let after = '';
      for (;;) {
        const from = { after, since, aliveAt, limit: pageSize };
        const page = await database.system((rows) => listKeysOfAll(rows, from));
        for (const key of page) directory.put(key);
        after = page.at(-1)?.keyId ?? '';
        if (page.length < pageSize) break;
      }
      refreshedAt = startedAt;
    },
  };
}
