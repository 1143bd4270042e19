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
  readonly bytes: (Uint8Array | undefined)[];
  readonly hashes: Int32Array;
  size: number;
}

/** Generations of `sizeMax` each. */
export function createGenerations<T>(sizeMax: number): Generations<T> {
  // Twice as many places keep looks short.
  const places = 2 ** Math.ceil(Math.log2(2 * sizeMax));
  let young = generation<T>(places);
  // Nothing is old yet: no room is needed for it.
  let old = generation<T>(2);

  function put(known: T, bytes: Uint8Array, hash: number): void {
    if (young.size === sizeMax) {
      old = young;
      young = generation(places);
    }
    const place = placeIn(young, bytes, 0, bytes.length, hash);
    young.known[place] = known;
    young.bytes[place] = bytes;
    young.hashes[place] = hash;
    young.size += 1;
  }
  return {
    find(message, from, end, hash) {
      const place = placeIn(young, message, from, end, hash);
      if (young.bytes[place] !== undefined) return young.known[place];
      const before = placeIn(old, message, from, end, hash);
      const bytes = old.bytes[before];
      const known = old.known[before];
      if (bytes !== undefined && known !== undefined) put(known, bytes, hash);
      return known;
    },
    keep: (known, message, from, end, hash) => put(known, message.slice(from, end), hash),
  };
}

function generation<T>(places: number): Generation<T> {
  return {
    known: Array.from<T | undefined>({ length: places }),
    bytes: Array.from<Uint8Array | undefined>({ length: places }),
    hashes: new Int32Array(places),
    size: 0,
  };
}

/** Where the bytes stand in a generation, or would. */
function placeIn<T>(
  { bytes, hashes }: Generation<T>,
  message: Uint8Array,
  from: number,
  end: number,
  hash: number,
): number {
  const last = hashes.length - 1;
  let place = hash & last;
  for (;;) {
    const known = bytes[place];
    if (known === undefined) return place;
    if (hashes[place] === hash && isSame(known, message, from, end)) return place;
    place = (place + 1) & last;
  }
}

function isSame(known: Uint8Array, message: Uint8Array, from: number, end: number): boolean {
  if (known.length !== end - from) return false;
  for (let at = known.length - 1; at >= 0; at -= 1) {
    if (known[at] !== message[from + at]) return false;
  }
  return true;
}
