import { cutOff, MalformedMessage } from './malformed-message.ts';

/**
 * A place in the bytes of a message. One cursor serves one message after the other: reading makes no
 * objects but those that the caller keeps.
 */
export interface Cursor {
  bytes: Uint8Array;
  /** Offset of the next byte. */
  position: number;
  /** Offset after the last byte; nothing is read from there on. */
  end: number;
}

/** Groups within groups, and messages around them, that are followed when skipping. */
const depthMax = 100;

/** A cursor at nothing, to be pointed at a message. */
export function createCursor(): Cursor {
  return { bytes: new Uint8Array(0), position: 0, end: 0 };
}

/** Puts the cursor at the beginning of a message. It keeps the bytes until it is put elsewhere. */
export function pointAt(cursor: Cursor, bytes: Uint8Array): void {
  cursor.bytes = bytes;
  cursor.position = 0;
  cursor.end = bytes.length;
}

/**
 * Reads a field's tag: its number times 8, plus its wire type.
 *
 * @throws MalformedMessage for number 0, wire types 6 and 7, and more than 32 bits.
 */
export function readTag(cursor: Cursor): number {
  const first = cursor.bytes[cursor.position];
  // Numbers below 16 take one byte.
  if (first !== undefined && first < 0x80 && cursor.position < cursor.end) {
    cursor.position += 1;
    return checkedTag(first);
  }
  const start = cursor.position;
  const tag = readUint32(cursor);
  const length = cursor.position - start;
  const last = cursor.bytes[cursor.position - 1] ?? 0;
  if (length > 5 || (length === 5 && last > 0x0f)) throw illegalTag();
  return checkedTag(tag);
}

function checkedTag(tag: number): number {
  if (tag < 8 || (tag & 7) > 5) throw illegalTag();
  return tag;
}

function illegalTag(): MalformedMessage {
  return new MalformedMessage('there is no such tag');
}

/**
 * Reads a whole number of 32 bits without a sign, as varint. Higher bits are dropped.
 *
 * @throws MalformedMessage for more than ten bytes.
 */
export function readUint32(cursor: Cursor): number {
  const { bytes, position, end } = cursor;
  const first = bytes[position];
  // Most lengths take one byte.
  if (first !== undefined && first < 0x80 && position < end) {
    cursor.position = position + 1;
    return first;
  }
  return readLongUint32(cursor);
}

function readLongUint32(cursor: Cursor): number {
  const { bytes, end } = cursor;
  let position = cursor.position;
  let value = 0;
  // By the protocol a negative number takes ten bytes, whatever its type.
  for (let shift = 0; shift < 70; shift += 7) {
    if (position >= end) throw cutOff();
    const byte = bytes[position++] ?? 0;
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      cursor.position = position;
      return value >>> 0;
    }
  }
  throw new MalformedMessage('a number has more than ten bytes');
}

/**
 * Reads a whole number of 64 bits without a sign, as varint. Higher bits are dropped.
 *
 * @throws MalformedMessage for more than ten bytes.
 */
export function readUint64(cursor: Cursor): bigint {
  const { bytes, position } = cursor;
  const first = bytes[position];
  if (first !== undefined && first < 0x80 && position < cursor.end) {
    cursor.position += 1;
    return BigInt(first);
  }
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.position >= cursor.end) throw cutOff();
    const byte = bytes[cursor.position++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new MalformedMessage('a number has more than ten bytes');
}

/**
 * Reads the length of a nested message and answers where it ends. As in protobuf-es, a nested
 * message may be longer than the one around it says; it is never longer than the whole.
 */
export function nestedEnd(cursor: Cursor): number {
  const length = readUint32(cursor);
  const end = cursor.position + length;
  if (end > cursor.end) throw cutOff();
  return end;
}

/**
 * Skips the value of a field that nobody asks for, of any wire type. `depth` is the number of
 * messages around it: with the groups within they may be 100.
 *
 * @throws MalformedMessage for what is cut off, nested too deeply, or a group that ends as another.
 */
export function skipField(cursor: Cursor, tag: number, depth: number): void {
  switch (tag & 7) {
    case 0:
      return skipVarint(cursor);
    case 1:
      return skipBytes(cursor, 8);
    case 2:
      return skipBytes(cursor, readUint32(cursor));
    case 3:
      return skipGroup(cursor, tag >>> 3, depth);
    case 5:
      return skipBytes(cursor, 4);
    default:
      throw new MalformedMessage('a group ends that has not begun');
  }
}

function skipVarint(cursor: Cursor): void {
  const { bytes, end } = cursor;
  for (let position = cursor.position; position < end; position += 1) {
    if ((bytes[position] ?? 0) < 0x80) {
      cursor.position = position + 1;
      return;
    }
  }
  throw cutOff();
}

function skipBytes(cursor: Cursor, length: number): void {
  const after = cursor.position + length;
  if (after > cursor.end) throw cutOff();
  cursor.position = after;
}

function skipGroup(cursor: Cursor, number: number, depth: number): void {
  if (depth >= depthMax) throw new MalformedMessage('groups are nested too deeply');
  for (;;) {
    const tag = readTag(cursor);
    if ((tag & 7) !== 4) {
      skipField(cursor, tag, depth + 1);
      continue;
    }
    if (tag >>> 3 !== number) throw new MalformedMessage('a group ends as another one');
    return;
  }
}
