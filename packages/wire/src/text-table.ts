import type { Cursor } from './cursor.ts';
import { isAscii, passBytes, textOf } from './text.ts';

/** Texts that come again and again: each is made once, not once per message. */
export interface TextTable {
  /**
   * Reads a length and as many bytes of UTF-8. The same bytes give the same text, most often also
   * the same object, which makes comparing it and finding it in a map cheap.
   *
   * @throws MalformedMessage for anything that is no UTF-8.
   */
  read(cursor: Cursor): string;
}

/**
 * A table of at most `slots` texts (a power of two) of at most `bytesMax` bytes of ASCII each; a
 * text pushes out the one that lies where it belongs. Nothing in it is a secret's place: how long a
 * look takes tells which texts were seen before.
 */
export function createTextTable({ slots, bytesMax }: { slots: number; bytesMax: number }) {
  if (!Number.isInteger(Math.log2(slots))) throw new RangeError('slots must be a power of two');
  const texts = Array.from({ length: slots }, () => '');
  const mask = slots - 1;

  function read(cursor: Cursor): string {
    const start = passBytes(cursor);
    const { bytes, position } = cursor;
    const length = position - start;
    if (length === 0) return '';
    if (length > bytesMax) return textOf(bytes, start, position);
    const slot = hashOf(bytes, start, length) & mask;
    const known = texts[slot] ?? '';
    if (isSame(known, bytes, start, length)) return known;
    const text = textOf(bytes, start, position);
    // Bytes are compared with characters, so only ASCII can be found again.
    if (isAscii(bytes, start, position)) texts[slot] = text;
    return text;
  }
  return { read } satisfies TextTable;
}

/** Of the length, the first bytes and the last eight: ids differ at their end. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  const last = start + length - 1;
  let hash = Math.imul(length ^ (bytes[start] ?? 0), 0x0100_0193);
  for (let at = Math.max(start, last - 7); at <= last; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
  }
  return hash ^ (hash >>> 15);
}

function isSame(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  // From the end, where ids differ.
  for (let at = length - 1; at >= 0; at -= 1) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}
