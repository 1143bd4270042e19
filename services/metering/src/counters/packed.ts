/** Writes numbers and ASCII texts as one MessagePack array, which Redis' scripts read in one step. */
export interface PackedWriter {
  /** Begins anew; what `end` gave before is no longer valid. */
  begin(): void;
  /** A whole number from 0 to 2^53 - 1. */
  number(value: number): void;
  /** What `packedText` or `packedNumbers` made, of so many items. */
  items(bytes: Uint8Array, count: number): void;
  /** The array, valid until the next `begin`. */
  end(): Uint8Array;
}

/** Longest thing written in one step without asking for room first. */
const numberBytesMax = 9;
/** The mark of an array, and its length in four bytes. */
const headBytes = 5;

/** A writer with a buffer of its own, which grows to the largest batch and is kept. */
export function createPackedWriter(): PackedWriter {
  let buffer = new Uint8Array(16_384);
  let at = headBytes;
  let count = 0;

  function reserve(bytes: number): void {
    if (at + bytes <= buffer.length) return;
    const larger = new Uint8Array(2 * (at + bytes));
    larger.set(buffer.subarray(0, at));
    buffer = larger;
  }
  return {
    begin() {
      at = headBytes;
      count = 0;
    },
    number(value) {
      reserve(numberBytesMax);
      at = putNumber(buffer, at, value);
      count += 1;
    },
    items(bytes, number) {
      reserve(bytes.length);
      buffer.set(bytes, at);
      at += bytes.length;
      count += number;
    },
    end() {
      buffer[0] = 0xdd;
      put32(buffer, 1, count);
      return buffer.subarray(0, at);
    },
  };
}

/** A text of at most 255 ASCII characters, packed. */
export function packedText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length > 255) throw new RangeError(`a text of ${bytes.length} characters is too long`);
  return Buffer.concat([Buffer.of(0xd9, bytes.length), bytes]);
}

/** Whole numbers from 0 to 2^53 - 1, packed. */
export function packedNumbers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numberBytesMax * values.length);
  return bytes.slice(
    0,
    values.reduce((at, value) => putNumber(bytes, at, value), 0),
  );
}

function putNumber(buffer: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    buffer[at] = value;
    return at + 1;
  }
  if (value < 0x1_0000) {
    buffer[at] = 0xcd;
    buffer[at + 1] = value >>> 8;
    buffer[at + 2] = value;
    return at + 3;
  }
  if (value < 0x1_0000_0000) {
    buffer[at] = 0xce;
    put32(buffer, at + 1, value);
    return at + 5;
  }
  buffer[at] = 0xcf;
  put32(buffer, at + 1, Math.floor(value / 0x1_0000_0000));
  put32(buffer, at + 5, value % 0x1_0000_0000);
  return at + 9;
}

function put32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}

/** Reads the whole numbers and ASCII texts of a MessagePack array. */
export interface PackedReader {
  /** The next number. @throws RangeError when there is none, or something else. */
  next(): number;
  /** The next text, of at most 65,535 bytes. @throws RangeError when there is none, or else. */
  text(): string;
  /** @throws RangeError unless everything has been read. */
  end(): void;
}

/** Opens what a script has packed. @throws RangeError when it is no array. */
export function readPacked(bytes: Buffer): PackedReader {
  const { count, start } = arrayHead(bytes);
  let at = start;
  let left = count;
  function nextMark(): number {
    if (left === 0) throw new RangeError('something is missing');
    left -= 1;
    return bytes.readUInt8(at++);
  }
  return {
    text() {
      const { length, size } = textLength(nextMark(), bytes, at);
      at += size + length;
      if (at > bytes.length) throw new RangeError('a text is cut off');
      return bytes.toString('latin1', at - length, at);
    },
    next() {
      const mark = nextMark();
      if (mark < 0x80) return mark;
      if (mark >= 0xe0) return mark - 0x100;
      const value = longer(mark, bytes, at);
      at += 1 << (mark & 3);
      return value;
    },
    end() {
      if (left !== 0 || at !== bytes.length) throw new RangeError('something is left over');
    },
  };
}

function arrayHead(bytes: Buffer): { count: number; start: number } {
  const mark = bytes.readUInt8(0);
  if ((mark & 0xf0) === 0x90) return { count: mark & 0x0f, start: 1 };
  if (mark === 0xdc) return { count: bytes.readUInt16BE(1), start: 3 };
  if (mark === 0xdd) return { count: bytes.readUInt32BE(1), start: 5 };
  throw new RangeError(`0x${mark.toString(16)} begins no array`);
}

/** Length of a text, and how many bytes say so after its mark. */
function textLength(mark: number, bytes: Buffer, at: number): { length: number; size: number } {
  if ((mark & 0xe0) === 0xa0) return { length: mark & 0x1f, size: 0 };
  if (mark === 0xd9) return { length: bytes.readUInt8(at), size: 1 };
  if (mark === 0xda) return { length: bytes.readUInt16BE(at), size: 2 };
  throw new RangeError(`0x${mark.toString(16)} begins no text`);
}

function longer(mark: number, bytes: Buffer, at: number): number {
  switch (mark) {
    case 0xcc:
      return bytes.readUInt8(at);
    case 0xcd:
      return bytes.readUInt16BE(at);
    case 0xce:
      return bytes.readUInt32BE(at);
    case 0xcf:
      return safe(bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4));
    case 0xd0:
      return bytes.readInt8(at);
    case 0xd1:
      return bytes.readInt16BE(at);
    case 0xd2:
      return bytes.readInt32BE(at);
    case 0xd3:
      return safe(bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4));
    default:
      throw new RangeError(`0x${mark.toString(16)} begins no whole number`);
  }
}

function safe(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${value} is beyond what is exact`);
}
