/** The credentials of a history. */
export const keys = ['key_a', 'key_b'] as const;

/** Counts of a credential. */
interface Counts {
  admitted: number;
  given_back: number;
}

/** What somebody knows of all credentials, by `<credential> <slot>`. */
interface Known {
  readonly counts: Map<string, Counts>;
  readonly epoch: number;
  /** Calls that were charged, are remembered, and have not been given back. */
  readonly ids: Set<string>;
  /** Calls whose charges are part of the counts, of those whose answers were lost. */
  readonly held: Set<string>;
}

/**
 * What must come of a tenant whose Redis is restarted, with what it had or with less: two pieces of
 * memory, and the rule that Postgres takes from Redis only what belongs to its own epoch.
 */
export function createLossModel(quota: number) {
  let redis = empty(0);
  let postgres = empty(0);
  let dumped = empty(0);
  /** Of this run, and of the newest epoch. */
  let isComplete = false;

  function save(): void {
    if (redis.epoch === 0 || redis.epoch !== postgres.epoch) return;
    for (const [place, counts] of redis.counts) {
      const saved = countsOf(postgres, place);
      saved.admitted = Math.max(saved.admitted, counts.admitted);
      saved.given_back = Math.max(saved.given_back, counts.given_back);
    }
    for (const id of redis.held) postgres.held.add(id);
  }
  function restore(): void {
    if (isComplete) return;
    save();
    const epoch = Math.max(postgres.epoch, redis.epoch) + 1;
    postgres = { ...postgres, epoch };
    redis = { ...copyOf(postgres), ids: redis.ids };
    isComplete = true;
  }
  function used(): number {
    return [...redis.counts.values()].reduce(
      (sum, { admitted, given_back }) => sum + admitted - given_back,
      0,
    );
  }
  return {
    save,
    restore,
    /** Whether it passes; then it is counted in `slot`. */
    call(key: string, id: string, slot: number): boolean {
      restore();
      if (used() >= quota) return false;
      countsOf(redis, `${key} ${slot}`).admitted += 1;
      redis.ids.add(id);
      return true;
    },
    /** A call is charged whatever the quota says, unless its id is remembered; whether it is. */
    charge(key: string, id: string, slot: number): boolean {
      restore();
      if (redis.ids.has(id)) return false;
      countsOf(redis, `${key} ${slot}`).admitted += 1;
      redis.ids.add(id);
      redis.held.add(id);
      return true;
    },
    /** Whether the charge of a call is part of what is counted. */
    holds(id: string): boolean {
      restore();
      return redis.held.has(id);
    },
    /** Whether something is given back: never more than was admitted in its slot. */
    giveBack(key: string, id: string, slot: number): boolean {
      restore();
      if (!redis.ids.delete(id)) return false;
      const counts = countsOf(redis, `${key} ${slot}`);
      if (counts.given_back >= counts.admitted) return false;
      counts.given_back += 1;
      return true;
    },
    dump(): void {
      dumped = copyOf(redis);
    },
    restart(data: 'its data' | 'nothing' | 'the dump'): void {
      if (data === 'nothing') redis = empty(0);
      if (data === 'the dump') redis = copyOf(dumped);
      isComplete = false;
    },
    /** All that is counted is so many slots older; the dump and the calls of before are forgotten. */
    age(slots: number): void {
      dumped = empty(0);
      redis = { ...older(redis, slots), ids: new Set() };
      postgres = older(postgres, slots);
    },
    /** By credential, of those that have called. */
    counts(): [string, Counts][] {
      const byKey = Map.groupBy(redis.counts, ([place]) => place.split(' ')[0] ?? '');
      const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0);
      return [...byKey]
        .map(([key, own]): [string, Counts] => {
          const admitted = sum(own.map(([, counts]) => counts.admitted));
          return [key, { admitted, given_back: sum(own.map(([, counts]) => counts.given_back)) }];
        })
        .filter(([, { admitted }]) => admitted > 0)
        .toSorted(([a], [b]) => a.localeCompare(b));
    },
  };
}

function older(known: Known, slots: number): Known {
  const counts = [...known.counts].map(([place, own]) => {
    const [key = '', slot] = place.split(' ');
    return [`${key} ${Number(slot) - slots}`, own] as const;
  });
  return { ...known, counts: new Map(counts) };
}

function empty(epoch: number): Known {
  return { counts: new Map(), epoch, ids: new Set(), held: new Set() };
}

function copyOf({ counts, epoch, ids, held }: Known): Known {
  const copies = [...counts].map(([key, own]) => [key, { ...own }] as const);
  return { counts: new Map(copies), epoch, ids: new Set(ids), held: new Set(held) };
}

function countsOf({ counts }: Known, place: string): Counts {
  let own = counts.get(place);
  if (!own) {
    own = { admitted: 0, given_back: 0 };
    counts.set(place, own);
  }
  return own;
}
