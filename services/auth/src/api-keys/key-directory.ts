import type { Database } from '@tollgate/runtime/database';
import { dependencyUnavailable } from '@tollgate/runtime/errors';
import { type Clock, createSharedWork } from '@tollgate/runtime/service';
import { LRUCache } from 'lru-cache';
import { findKeyByHash, listKeysOfAll } from './api-key-store.ts';
import type { ApiKey } from './domain/api-key.ts';

/** Keys loaded by one query. */
const pageSize = 5_000;
/** Clocks of two processes differ, and commits come later than their times, by less than this. */
const overlapSeconds = 120;
/** A key revoked longer ago than this is not kept in memory; asked for, it is looked up. */
const revokedKeptHours = 24;
/** For how long a secret that is nobody's is not looked up again, in milliseconds. */
const unknownKeptMs = 5_000;
const unknownMax = 20_000;
/** News of keys that are not known here, kept for those that are just being loaded. */
const revokedEarlyMax = 10_000;
/** Lookups that may run at once; beyond, Postgres is in trouble, or under attack. */
const lookupsMax = 64;

/** All API keys, in memory, by the hash of their secrets. */
export interface KeyDirectory {
  /**
   * The key with this hash. One not known here is looked up once, for all who ask meanwhile: another
   * process may have made it a moment ago. Throws when Postgres does not answer.
   */
  find(secretHash: string): ApiKey | undefined | Promise<ApiKey | undefined>;
  /** Takes a key as it is now. A revoked one never becomes good again. */
  put(key: ApiKey): void;
  /** Takes the news that a key is revoked, without asking anybody; also of a key not known yet. */
  revoke(keyId: string, at: Temporal.Instant): void;
  /** Loads everything at first, and what changed since on every further call. */
  refresh(): Promise<void>;
  readonly size: number;
}

/** An empty directory: `refresh` fills it. */
export function createKeyDirectory(parts: { database: Database; clock: Clock }): KeyDirectory {
  const { database, clock } = parts;
  const byHash = new Map<string, ApiKey>();
  const hashById = new Map<string, string>();
  /** When keys were revoked that are not known: they may be on their way here as they were. */
  const revokedEarly = new LRUCache<string, Temporal.Instant>({ max: revokedEarlyMax });
  const unknownUntilMs = new LRUCache<string, number>({ max: unknownMax });
  const lookups = createSharedWork<string, ApiKey | undefined>();
  let refreshedAt: Temporal.Instant | undefined;

  function put(key: ApiKey): void {
    const known = byHash.get(key.secretHash);
    if (known?.revokeTime && !key.revokeTime) return;
    const revokeTime = key.revokeTime ?? revokedEarly.get(key.keyId);
    byHash.set(key.secretHash, revokeTime ? { ...key, revokeTime } : key);
    hashById.set(key.keyId, key.secretHash);
    unknownUntilMs.delete(key.secretHash);
  }

  async function lookUp(secretHash: string): Promise<ApiKey | undefined> {
    const key = await database.system((rows) => findKeyByHash(rows, secretHash));
    if (key) {
      put(key);
      return byHash.get(secretHash);
    }
    unknownUntilMs.set(secretHash, clock.monotonicMs() + unknownKeptMs);
    return undefined;
  }

  return {
    find(secretHash) {
      const known = byHash.get(secretHash);
      if (known) return known;
      if ((unknownUntilMs.get(secretHash) ?? 0) > clock.monotonicMs()) return undefined;
      return lookups.share(secretHash, () => {
        if (lookups.running >= lookupsMax) throw dependencyUnavailable('postgres');
        return lookUp(secretHash);
      });
    },
    put,
    revoke(keyId, at) {
      const known = byHash.get(hashById.get(keyId) ?? '');
      if (known && !known.revokeTime) put({ ...known, revokeTime: at });
      if (!known) revokedEarly.set(keyId, at);
    },
    async refresh() {
      const startedAt = clock.now();
      const since = refreshedAt?.subtract({ seconds: overlapSeconds });
      const aliveAt = startedAt.subtract({ hours: revokedKeptHours });
      let after = '';
      for (;;) {
        const from = { after, since, aliveAt, limit: pageSize };
        const page = await database.system((rows) => listKeysOfAll(rows, from));
        for (const key of page) put(key);
        after = page.at(-1)?.keyId ?? '';
        if (page.length < pageSize) break;
      }
      refreshedAt = startedAt;
    },
    get size() {
      return byHash.size;
    },
  };
}
