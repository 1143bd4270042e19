/**
 * What was made of byte strings, found again by their bytes without making a text of them: open
 * addressing in two generations. The older one is forgotten when the younger is full, so that memory
 * has a bound, and what is used stays.
 */
export interface Generations<T> {
  /** What was made of `message` from `from` up to `end`, whose hash this is; undefined if nothing. */
  find(message: Uint8Array, from: number, end: number, hash: number): T | undefined;
  /** Keeps what was made of bytes that are not in it; they are copied. */
  keep(known: T, message: Uint8Array, from: number, end: number, hash: number): void;
}

interface Generation<T> {
  readonly known: (T | undefined)[];
  /** Where the bytes of a place begin in all blocks, and how many they are: 0 of a free place. */
  readonly starts: Uint32Array;
  readonly lengths: Uint16Array;
  readonly hashes: Int32Array;
  readonly blocks: Uint8Array[];
  /** Bytes of the last block that are taken. */
  taken: number;
  size: number;
}

/** Bytes are kept in blocks: an array of its own for each byte string would double what it takes. */
const blockBytes = 65_536;

/** Generations of `sizeMax` each, of byte strings of 1 to 65,535 bytes. */
export function createGenerations<T>(sizeMax: number): Generations<T> {
  // Twice as many places keep looks short.
  const places = 2 ** Math.ceil(Math.log2(2 * sizeMax));
  let young = generation<T>(places);
  // Nothing is old yet: no room is needed for it.
  let old = generation<T>(2);

  function put(known: T, message: Uint8Array, from: number, end: number, hash: number): void {
    if (young.size === sizeMax) {
      old = young;
      young = generation(places);
    }
    const place = placeIn(young, message, from, end, hash);
    young.known[place] = known;
    young.starts[place] = keepBytes(young, message, from, end);
    young.lengths[place] = end - from;
    young.hashes[place] = hash;
    young.size += 1;
  }
  return {
    find(message, from, end, hash) {
      const place = placeIn(young, message, from, end, hash);
      if (young.lengths[place] !== 0) return young.known[place];
      const before = placeIn(old, message, from, end, hash);
      if (old.lengths[before] === 0) return undefined;
      const known = old.known[before];
      if (known !== undefined) put(known, message, from, end, hash);
      return known;
    },
    keep: put,
  };
}

function generation<T>(places: number): Generation<T> {
  return {
    known: Array.from<T | undefined>({ length: places }),
    starts: new Uint32Array(places),
    lengths: new Uint16Array(places),
    hashes: new Int32Array(places),
    blocks: [],
    taken: blockBytes,
    size: 0,
  };
}

/** Copies the bytes, and answers where they begin. No byte string lies in two blocks. */
function keepBytes<T>(into: Generation<T>, message: Uint8Array, from: number, end: number): number {
  if (into.taken + end - from > blockBytes) {
    into.blocks.push(new Uint8Array(blockBytes));
    into.taken = 0;
  }
  const start = (into.blocks.length - 1) * blockBytes + into.taken;
  into.blocks.at(-1)?.set(message.subarray(from, end), into.taken);
  into.taken += end - from;
  return start;
}

/** Where the bytes stand in a generation, or would. */
function placeIn<T>(
  { blocks, starts, lengths, hashes }: Generation<T>,
  message: Uint8Array,
  from: number,
  end: number,
  hash: number,
): number {
  const last = hashes.length - 1;
  let place = hash & last;
  for (;;) {
    if (lengths[place] === 0) return place;
    if (hashes[place] === hash && lengths[place] === end - from) {
      const start = starts[place] ?? 0;
      const block = blocks[(start / blockBytes) | 0];
      if (block && isSame(block, start % blockBytes, message, from, end)) return place;
    }
    place = (place + 1) & last;
  }
}

function isSame(
  block: Uint8Array,
  start: number,
  message: Uint8Array,
  from: number,
  end: number,
): boolean {
  for (let at = end - from - 1; at >= 0; at -= 1) {
    if (block[start + at] !== message[from + at]) return false;
  }
  return true;
}
