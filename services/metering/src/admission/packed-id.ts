/** Longest id of a call in bytes; Envoy's own have 36. */
export const idBytesMax = 128;
/** Longest packed id. */
export const packedIdBytesMax = idBytesMax + 4;

const hexDigit = new Int8Array(256).fill(-1);
for (const [value, digit] of '0123456789abcdef'.split('').entries()) {
  hexDigit[digit.charCodeAt(0)] = value;
  hexDigit[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes the id of a call, `length` bytes of `source` from `from` on, as a MessagePack text: a UUID,
 * as Envoy makes them, as its 16 bytes, anything else as it is after a mark that tells it from those.
 * Answers where it ends.
 */
export function putId(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  length: number,
): number {
  if (length === 36 && putUuid(target, at, source, from)) return at + 17;
  // 16 bytes are a UUID's: a text that would take as many has a byte more, which no header can hold.
  const markBytes = length === 15 ? 2 : 1;
  target[at] = 0xd9;
  target[at + 1] = length + markBytes;
  target[at + 2] = 0x3d;
  target[at + 3] = 0;
  const start = at + 2 + markBytes;
  for (let byte = 0; byte < length; byte += 1) target[start + byte] = source[from + byte] ?? 0;
  return start + length;
}

function putUuid(target: Uint8Array, at: number, source: Uint8Array, from: number): boolean {
  let to = at + 1;
  let wrong = 0;
  for (let place = 0; place < 36; ) {
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      if (source[from + place] !== 0x2d) return false;
      place += 1;
    }
    const high = hexDigit[source[from + place] ?? 0] ?? -1;
    const low = hexDigit[source[from + place + 1] ?? 0] ?? -1;
    wrong |= high | low;
    target[to++] = (high << 4) | low;
    place += 2;
  }
  target[at] = 0xb0;
  return wrong >= 0;
}

/** An id as it stands in the sets. */
export function idInSets(requestId: string): Buffer {
  const source = Buffer.from(requestId);
  const packed = Buffer.alloc(source.length + 4);
  const end = putId(packed, 0, source, 0, source.length);
  return packed.subarray(packed[0] === 0xb0 ? 1 : 2, end);
}

/** Reads what {@link putId} wrote, from `from` up to `end`. */
export function readId(bytes: Uint8Array, from: number, end: number): string {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);
  if (packed[0] === 0xb0) {
    const hex = packed.toString('hex', 1);
    return [0, 8, 12, 16, 20]
      .map((start, part, starts) => hex.slice(start, starts[part + 1]))
      .join('-');
  }
  return packed.toString('utf8', packed[3] === 0 ? 4 : 3);
}
