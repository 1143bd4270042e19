import { dependencyUnavailable } from '@tollgate/runtime/errors';
import { type Clock, createSharedWork } from '@tollgate/runtime/service';
import { LRUCache } from 'lru-cache';
import type { KnownKey } from './domain/known-key.ts';

/** For how long a secret that is nobody's is not looked up again, in milliseconds. */
const unknownKeptMs = 5_000;
const unknownMax = 20_000;
/** News of keys that are not known here, kept for those that are just being loaded. */
const revokedEarlyMax = 10_000;
/** Lookups that may run at once; beyond, whoever is asked is in trouble, or under attack. */
const lookupsMax = 64;

/** API keys in memory, by the hash of their secrets. */
export interface KeyDirectory {
  /**
   * The key with this hash. One not known here is looked up once, for all who ask meanwhile: another
   * process may have made it a moment ago. Throws when whoever is asked does not answer.
   */
  find(secretHash: string): KnownKey | undefined | Promise<KnownKey | undefined>;
  /** Takes a key as it is now. A revoked one never becomes good again. */
  put(key: KnownKey): void;
  /** Takes the news that a key is revoked, without asking anybody; also of a key not known yet. */
  revoke(keyId: string, at: Temporal.Instant): void;
  /** Takes the news that a key is no longer as it was: its next use looks it up. */
  forget(keyId: string): void;
  /** Forgets all keys: news may have been missed. What is just being looked up is looked up again. */
  clear(): void;
  readonly size: number;
}

/** What a directory is made of. */
export interface KeyDirectoryParts {
  /** Asks who knows all keys for the one with this hash. */
  readonly lookUp: (secretHash: string) => Promise<KnownKey | undefined>;
  /** Whom `lookUp` asks, for the error when too many wait for it. */
  readonly source: string;
  readonly clock: Clock;
  /** Keys kept at once, those used last; absent: all. */
  readonly keysMax?: number;
}

/** An empty directory. It fills by what it is asked for and what it is given. */
export function createKeyDirectory(parts: KeyDirectoryParts): KeyDirectory {
  const { source, clock } = parts;
  const kept = keepKeys(parts.keysMax);
  /** When keys were revoked that are not known: they may be on their way here as they were. */
  const revokedEarly = new LRUCache<string, Temporal.Instant>({ max: revokedEarlyMax });
  const unknownUntilMs = new LRUCache<string, number>({ max: unknownMax });
  const lookups = createSharedWork<string, KnownKey | undefined>();
  let generation = 0;

  function put(key: KnownKey): void {
    const known = kept.get(key.secretHash);
    if (known?.revokeTime && !key.revokeTime) return;
    const revokeTime = key.revokeTime ?? revokedEarly.get(key.keyId);
    kept.set(revokeTime ? { ...key, revokeTime } : key);
    unknownUntilMs.delete(key.secretHash);
  }

  async function lookUp(secretHash: string): Promise<KnownKey | undefined> {
    const began = generation;
    const key = await parts.lookUp(secretHash);
    // What was read before a gap may be older than news that were missed in it.
    if (began !== generation) return lookUp(secretHash);
    if (key) {
      put(key);
      return kept.get(secretHash);
    }
    unknownUntilMs.set(secretHash, clock.monotonicMs() + unknownKeptMs);
    return undefined;
  }

  return {
    find(secretHash) {
      const known = kept.get(secretHash);
      if (known) return known;
      if ((unknownUntilMs.get(secretHash) ?? 0) > clock.monotonicMs()) return undefined;
      return lookups.share(secretHash, () => {
        if (lookups.running >= lookupsMax) throw dependencyUnavailable(source);
        return lookUp(secretHash);
      });
    },
    put,
    revoke(keyId, at) {
      const known = kept.byId(keyId);
      if (known && !known.revokeTime) put({ ...known, revokeTime: at });
      if (!known) revokedEarly.set(keyId, at);
    },
    forget(keyId) {
      // Of a key that is just being looked up the id is not known yet.
      generation += 1;
      kept.forget(keyId);
    },
    clear() {
      generation += 1;
      kept.clear();
      unknownUntilMs.clear();
    },
    get size() {
      return kept.size;
    },
  };
}

/** Keys by hash and by id: all of them, or the last `max` that were used. */
function keepKeys(max: number | undefined) {
  const hashById = new Map<string, string>();
  const dispose = ({ keyId }: KnownKey) => void hashById.delete(keyId);
  const byHash =
    max === undefined
      ? new Map<string, KnownKey>()
      : new LRUCache<string, KnownKey>({ max, dispose });
  return {
    get: (secretHash: string) => byHash.get(secretHash),
    byId: (keyId: string) => byHash.get(hashById.get(keyId) ?? ''),
    set(key: KnownKey): void {
      byHash.set(key.secretHash, key);
      hashById.set(key.keyId, key.secretHash);
    },
    forget(keyId: string): void {
      byHash.delete(hashById.get(keyId) ?? '');
      hashById.delete(keyId);
    },
    clear(): void {
      byHash.clear();
      hashById.clear();
    },
    get size() {
      return byHash.size;
    },
  };
}
