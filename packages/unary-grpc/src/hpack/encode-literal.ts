import { encodeInteger } from './integer.ts';
import { staticIndexes } from './static-table.ts';

/**
 * A field that leaves the peer's table alone, uncompressed but for a name of the static table
 * (RFC 7541, section 6.2.2). Throws `RangeError` for characters that are no byte (latin1).
 */
export function encodeLiteral(name: string, value: string): Uint8Array {
  const index = staticIndexes.get(name) ?? 0;
  const nameBytes = index === 0 ? textBytes(name) : [];
  return Uint8Array.from([...encodeInteger(index, 4, 0x00), ...nameBytes, ...textBytes(value)]);
}

/** Bytes of a string that is not Huffman-coded (RFC 7541, section 5.2); throws as encodeLiteral. */
export function textBytes(text: string): number[] {
  const bytes = encodeInteger(text.length, 7, 0x00);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw new RangeError('a header has one byte per character');
    bytes.push(code);
  }
  return bytes;
}
