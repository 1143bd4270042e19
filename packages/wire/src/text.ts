import type { Cursor } from './cursor.ts';
import { readUint32 } from './cursor.ts';
import { cutOff, MalformedMessage } from './malformed-message.ts';

/** From this length on, in bytes, looking at each byte first costs more than it saves. */
const asciiLengthMax = 1_024;

// A byte order mark is a character like any other.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a length and as many bytes of UTF-8, as a text that needs the message no more.
 *
 * @throws MalformedMessage for anything that is no UTF-8.
 */
export function readText(cursor: Cursor): string {
  const start = passBytes(cursor);
  return textOf(cursor.bytes, start, cursor.position);
}

/**
 * Passes over a length and as many bytes of UTF-8, and answers where they begin: for texts that may
 * be wanted when more is known. They end where the cursor is then.
 *
 * @throws MalformedMessage for anything that is no UTF-8.
 */
export function passText(cursor: Cursor): number {
  const start = passBytes(cursor);
  const { bytes, position } = cursor;
  if (!isAscii(bytes, start, position)) textOf(bytes, start, position);
  return start;
}

/** The text of bytes that are one character each (ISO 8859-1). Both places must be within. */
export function latin1Of(bytes: Uint8Array, start: number, end: number): string {
  return start === end ? '' : asBuffer(bytes).toString('latin1', start, end);
}

/** The text of some bytes, which must be within. @throws MalformedMessage when it is no UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  if (end - start <= asciiLengthMax && isAscii(bytes, start, end)) {
    return latin1Of(bytes, start, end);
  }
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch (error) {
    throw new MalformedMessage('a text is no UTF-8', { cause: error });
  }
}

/** Whether all these bytes are ASCII. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0;
  for (let at = start; at < end; at += 1) bits |= bytes[at] ?? 0;
  return bits < 0x80;
}

/** Passes over a length and as many bytes, and answers where they begin. They end at the cursor. */
export function passBytes(cursor: Cursor): number {
  const length = readUint32(cursor);
  const start = cursor.position;
  const after = start + length;
  if (after > cursor.end) throw cutOff();
  cursor.position = after;
  return start;
}

/** The same bytes with the methods of a buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
