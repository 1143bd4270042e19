import { CompressionError } from './compression-error.ts';

/** A place in a block of headers; reading moves it on. */
export interface BlockReader {
  readonly block: Uint8Array;
  at: number;
}

/** With these, values stay below 2^28 + 255: small integers, and far above every length in use. */
const continuationBytesMax = 4;

/**
 * Reads an integer whose first bits are the lowest `prefixBits` (1 to 8) of the byte at `reader.at`
 * (RFC 7541, section 5.1). Throws `CompressionError` for one that is cut off, or longer than five
 * bytes, also if those are filled with zeros.
 */
export function readInteger(reader: BlockReader, prefixBits: number): number {
  const { block } = reader;
  const prefixMax = (1 << prefixBits) - 1;
  let value = byteAt(block, reader.at) & prefixMax;
  reader.at += 1;
  if (value < prefixMax) return value;
  for (let count = 0; count < continuationBytesMax; count += 1) {
    const byte = byteAt(block, reader.at);
    reader.at += 1;
    value += (byte & 0x7f) << (7 * count);
    if (byte < 0x80) return value;
  }
  throw new CompressionError('an integer of more than five bytes');
}

/** Bytes of an integer (0 to 2^31 - 1); `flags` fills the bits above `prefixBits` (1 to 8). */
export function encodeInteger(value: number, prefixBits: number, flags: number): number[] {
  const prefixMax = (1 << prefixBits) - 1;
  if (value < prefixMax) return [flags | value];
  const bytes = [flags | prefixMax];
  let rest = value - prefixMax;
  while (rest >= 0x80) {
    bytes.push(0x80 | (rest & 0x7f));
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function byteAt(block: Uint8Array, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw new CompressionError('a block of headers that is cut off');
  return byte;
}
