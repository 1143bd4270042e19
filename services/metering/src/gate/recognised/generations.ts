/**
 * What was made of byte strings, found again by their bytes without making a text of them: open
 * addressing in some generations. The oldest is forgotten when the youngest is full, so that memory
 * has a bound; what is used moves into the youngest, so that it stays.
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
  /** The block that is being filled, and where. */
  block: number;
  filled: number;
  size: number;
}

/** Bytes are kept in blocks: an array of its own for each byte string would double what it takes. */
const blockBytes = 65_536;

/** Who comes round after seven eighths of the bound is still there; with two it would be the half. */
const generationsMax = 8;

/** At most `keptMax` byte strings of 1 to 65,535 bytes. */
export function createGenerations<T>(keptMax: number): Generations<T> {
  const sizeMax = Math.ceil(keptMax / generationsMax);
  // Twice as many places keep looks short.
  const places = 2 ** Math.ceil(Math.log2(2 * sizeMax));
  let young = generation<T>(places);
  /** Those before it, the younger ones first. */
  const old: Generation<T>[] = [];

  function put(known: T, message: Uint8Array, from: number, end: number, hash: number): void {
    if (young.size === sizeMax) {
      const oldest = old.length === generationsMax - 1 ? old.pop() : undefined;
      old.unshift(young);
      young = oldest ? emptied(oldest) : generation(places);
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
      for (const generation of old) {
        const before = placeIn(generation, message, from, end, hash);
        const known = generation.lengths[before] === 0 ? undefined : generation.known[before];
        if (known === undefined) continue;
        put(known, message, from, end, hash);
        return known;
      }
      return undefined;
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
    blocks: [new Uint8Array(blockBytes)],
    block: 0,
    filled: 0,
    size: 0,
  };
}

/** Its room is used again: where many come round, there would be much garbage. */
function emptied<T>(generation: Generation<T>): Generation<T> {
  generation.known.fill(undefined);
  generation.lengths.fill(0);
  generation.block = 0;
  generation.filled = 0;
  generation.size = 0;
  return generation;
}

/** Copies the bytes, and answers where they begin. No byte string lies in two blocks. */
function keepBytes<T>(into: Generation<T>, message: Uint8Array, from: number, end: number): number {
  if (into.filled + end - from > blockBytes) {
    into.block += 1;
    into.filled = 0;
  }
  const block = (into.blocks[into.block] ??= new Uint8Array(blockBytes));
  const start = into.block * blockBytes + into.filled;
  for (let at = from; at < end; at += 1) block[into.filled + at - from] = message[at] ?? 0;
  into.filled += end - from;
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
