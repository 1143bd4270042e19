import { LRUCache } from 'lru-cache';
import { collectGarbage } from '../packages/runtime/src/memory/collect-garbage.ts';
import { createRecentTexts } from '../packages/runtime/src/memory/recent-texts.ts';
import { printTable } from './figures/table.ts';

/**
 * What a bounded map costs once it is full, at 10,000, 100,000 and a million entries: inserts of
 * texts never seen before, which is what a flood of unknown keys, tokens or addresses does, and
 * looks at texts that are in it; and the room that lru-cache takes before anything is in it.
 * `npm run bench:maps`; the best of some rounds, in one process.
 */
const sizes = [10_000, 100_000, 1_000_000];
const rounds = 5;
const roundMs = 200;
const batchSize = 1_000;

/** As much of a bounded map as is measured. */
interface BoundedMap {
  get(text: string): unknown;
  set(text: string, value: object): unknown;
  readonly size: number;
}

const kinds: Readonly<Record<string, (max: number) => BoundedMap>> = {
  'Map, its first key deleted': firstKeyDeleted,
  'Map, a quarter deleted at once (reset streams)': quarterDeleted,
  'two generations (createRecentTexts)': createRecentTexts,
  'lru-cache': (max) => new LRUCache<string, object>({ max }),
  'lru-cache, looks that change nothing': (max) => {
    const cache = new LRUCache<string, object>({ max });
    return {
      get: (text) => cache.peek(text),
      set: (text, value) => cache.set(text, value),
      get size() {
        return cache.size;
      },
    };
  },
};

/** How maps were bounded before: each look for the first key passes what was deleted before it. */
function firstKeyDeleted(max: number): BoundedMap {
  const map = new Map<string, object>();
  return {
    get: (text) => map.get(text),
    set(text, value) {
      map.delete(text);
      map.set(text, value);
      const [oldest] = map.keys();
      if (map.size > max && oldest !== undefined) map.delete(oldest);
    },
    get size() {
      return map.size;
    },
  };
}

/** As `packages/unary-grpc` forgets the ids of reset streams. */
function quarterDeleted(max: number): BoundedMap {
  const map = new Map<string, object>();
  return {
    get: (text) => map.get(text),
    set(text, value) {
      map.set(text, value);
      if (map.size <= max) return;
      let left = map.size / 4;
      for (const oldest of map.keys()) {
        if (left < 1) return;
        map.delete(oldest);
        left -= 1;
      }
    },
    get size() {
      return map.size;
    },
  };
}

/** Texts as long as a token's hash, none of them made before. */
let made = 0;
function freshTexts(): string[] {
  return Array.from({ length: batchSize }, () => `${(made += 1)}`.padStart(64, 'key_'));
}

/** Microseconds a text, in the best round; the texts are made outside of the measurement. */
function microsecondsEach(texts: () => readonly string[], use: (text: string) => unknown): number {
  const round = () => {
    let [spentMs, count] = [0, 0];
    for (const endMs = performance.now() + roundMs; performance.now() < endMs; ) {
      const batch = texts();
      const startMs = performance.now();
      for (const text of batch) use(text);
      spentMs += performance.now() - startMs;
      count += batch.length;
    }
    return (spentMs * 1_000) / count;
  };
  return Math.min(...Array.from({ length: rounds }, round));
}

const value = {};
for (const [what, measure] of [
  ['an insert into a full map', insertUs],
  ['a look at what is in it', lookUs],
] as const) {
  const rows = Object.entries(kinds).map(([name, create]) => [
    name,
    ...sizes.map((max) => measure(create(max), max)),
  ]);
  printTable([what, ...sizes.map((max) => `${max.toLocaleString('en')} entries`)], rows);
}

const rooms: string[] = [];
for (const max of sizes) {
  const bytes = await bytesBeforeUse(max);
  rooms.push(`${(bytes / 1_000_000).toFixed(2)} MB, ${Math.round(bytes / max)} B each`);
}
printTable(
  ['room taken before use', ...sizes.map((max) => `${max.toLocaleString('en')} entries`)],
  [['lru-cache', ...rooms]],
);

async function bytesBeforeUse(max: number): Promise<number> {
  const held = async () => {
    await collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await held();
  const cache = new LRUCache<string, object>({ max });
  const bytes = (await held()) - before;
  cache.set('still', value); // it must not be garbage while it is measured
  return bytes;
}

function insertUs(map: BoundedMap, max: number): string {
  // No kind is slow before it is full; two generations are full when they are half as large.
  for (let filled = 0; filled < max; filled += batchSize) {
    for (const text of freshTexts()) map.set(text, value);
  }
  return shown(microsecondsEach(freshTexts, (text) => map.set(text, value)));
}

function lookUs(map: BoundedMap, max: number): string {
  // Over the whole map: what is looked at again and again would stay in the processor's caches.
  const inside = Array.from({ length: max / 2 / batchSize }, freshTexts);
  for (const batch of inside) for (const text of batch) map.set(text, value);
  let turn = 0;
  const texts = () => inside[(turn += 1) % inside.length] ?? [];
  return shown(microsecondsEach(texts, (text) => map.get(text)));
}

function shown(us: number): string {
  return `${us.toFixed(3)} µs, ${Math.round(1_000_000 / us).toLocaleString('en')}/s`;
}
