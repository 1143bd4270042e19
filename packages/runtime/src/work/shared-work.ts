/** Work of one kind, by what it is about: at most one run for each at a time, for all who ask. */
export interface SharedWork<K, V> {
  /**
   * The outcome of a run about `key`: of the one that is going on, or else of one that begins now.
   * All who share a run get its outcome, a failure too; the next to ask begins anew.
   */
  share(key: K, work: () => Promise<V>): Promise<V>;
  /**
   * The outcome of a run that begins after this call: a run that is going on may have looked before
   * it. All who ask meanwhile share the one that follows.
   */
  shareNext(key: K, work: () => Promise<V>): Promise<V>;
  /** Runs that are going on. */
  readonly running: number;
}

/** No run is going on yet. Nothing is kept of a run that has ended. */
export function createSharedWork<K, V>(): SharedWork<K, V> {
  const current = new Map<K, Promise<V>>();
  const following = new Map<K, Promise<V>>();

  function begin(key: K, work: () => Promise<V>): Promise<V> {
    const run = work().finally(() => void (current.get(key) === run && current.delete(key)));
    current.set(key, run);
    return run;
  }

  return {
    // Between a run and the one that follows it, the latter is the one that is going on.
    share: (key, work) => current.get(key) ?? following.get(key) ?? begin(key, work),
    shareNext(key, work) {
      const next = following.get(key);
      if (next) return next;
      const present = current.get(key);
      if (!present) return begin(key, work);
      const after = present
        .catch(() => undefined)
        .then(() => {
          following.delete(key);
          return begin(key, work);
        });
      following.set(key, after);
      return after;
    },
    get running() {
      return current.size;
    },
  };
}
