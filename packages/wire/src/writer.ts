/**
 * Where messages are written, one after the other, into one piece of memory as long as it lasts.
 * What {@link finish} has handed out is never written to again.
 */
export interface Writer {
  bytes: Uint8Array;
  /** Offset of the first byte of the message at work. */
  start: number;
  /** Offset of the next byte. */
  position: number;
}

/** Memory that messages share, in bytes. A message kept for long keeps all of it. */
const sharedBytes = 16_384;
/** From this many characters on, a text is left to the encoder of the platform. */
const shortTextMax = 127;

const utf8 = new TextEncoder();

/** A writer with nothing written. */
export function createWriter(): Writer {
  return { bytes: new Uint8Array(sharedBytes), start: 0, position: 0 };
}

/** The message at work, complete; the next one begins. */
export function finish(writer: Writer): Uint8Array {
  const message = writer.bytes.subarray(writer.start, writer.position);
  writer.start = writer.position;
  return message;
}

/** The message at work, complete, in memory of its own: for messages that are kept. */
export function finishCopy(writer: Writer): Uint8Array {
  const message = writer.bytes.slice(writer.start, writer.position);
  writer.position = writer.start;
  return message;
}

/** Begins a message; what is left of one that was never finished is forgotten. */
export function beginMessage(writer: Writer): void {
  writer.position = writer.start;
}

/** Writes a tag, a length or a number of 32 bits without a sign, as varint. */
export function writeUint32(writer: Writer, value: number): void {
  makeRoom(writer, 5);
  if (value < 0x80) {
    writer.bytes[writer.position++] = value;
    return;
  }
  writer.position = putVarint(writer.bytes, writer.position, value);
}

/** Writes a number from 0 to 2^64 - 1 as varint. */
export function writeUint64(writer: Writer, value: bigint): void {
  if (value < 0x8000_0000n) return writeUint32(writer, Number(value));
  makeRoom(writer, 10);
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    writer.bytes[writer.position++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  writer.bytes[writer.position++] = Number(rest);
}

/** Writes the length of the bytes, and the bytes. */
export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writeUint32(writer, bytes.length);
  writeRaw(writer, bytes);
}

/** Writes bytes as they are, such as fields that are encoded already. */
export function writeRaw(writer: Writer, bytes: Uint8Array): void {
  makeRoom(writer, bytes.length);
  writer.bytes.set(bytes, writer.position);
  writer.position += bytes.length;
}

/** Writes the length of the text in UTF-8, and the text. Lone surrogates become U+FFFD. */
export function writeText(writer: Writer, text: string): void {
  const { length } = text;
  if (length > shortTextMax) return writeLongText(writer, text);
  makeRoom(writer, length + 1);
  const { bytes } = writer;
  let position = writer.position;
  bytes[position++] = length;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return writeLongText(writer, text);
    bytes[position++] = code;
  }
  writer.position = position;
}

function writeLongText(writer: Writer, text: string): void {
  // A unit of UTF-16 becomes three bytes at most.
  makeRoom(writer, 5 + text.length * 3);
  const at = beginNested(writer);
  const { written } = utf8.encodeInto(text, writer.bytes.subarray(writer.position));
  writer.position += written;
  endNested(writer, at);
}

/**
 * Begins something whose length comes first and is not known yet, after its tag. Answers what
 * {@link endNested} must be told.
 */
export function beginNested(writer: Writer): number {
  makeRoom(writer, 1);
  writer.position += 1;
  return writer.position - writer.start;
}

/** Ends what began there and puts its length before it. */
export function endNested(writer: Writer, begun: number): void {
  const from = writer.start + begun;
  const length = writer.position - from;
  if (length < 0x80) {
    writer.bytes[from - 1] = length;
    return;
  }
  // One byte was left for the length; it takes more.
  const more = varintBytes(length) - 1;
  makeRoom(writer, more);
  const moved = writer.start + begun;
  writer.bytes.copyWithin(moved + more, moved, moved + length);
  putVarint(writer.bytes, moved - 1, length);
  writer.position += more;
}

/** Makes sure that as many bytes can be written, elsewhere if they do not fit here. */
function makeRoom(writer: Writer, size: number): void {
  if (writer.position + size > writer.bytes.length) moveMessage(writer, size);
}

function moveMessage(writer: Writer, size: number): void {
  const begun = writer.bytes.subarray(writer.start, writer.position);
  const bytes = new Uint8Array(Math.max(sharedBytes, (begun.length + size) * 2));
  bytes.set(begun);
  writer.bytes = bytes;
  writer.start = 0;
  writer.position = begun.length;
}

function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let position = at;
  let rest = value;
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}
