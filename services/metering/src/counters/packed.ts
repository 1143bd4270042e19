/**
 * MessagePack, as much of it as Redis' scripts and we exchange: lists of whole numbers from 0 to
 * 2^53 - 1 and of short texts.
 */

/** Longest number. */
export const numberBytesMax = 9;

/** Writes a whole number from 0 to 2^53 - 1; answers where it ends. */
export function putNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x1_0000) {
    bytes[at] = 0xcd;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value;
    return at + 3;
  }
  if (value < 0x1_0000_0000) {
    bytes[at] = 0xce;
    put32(bytes, at + 1, value);
    return at + 5;
  }
  bytes[at] = 0xcf;
  put32(bytes, at + 1, Math.floor(value / 0x1_0000_0000));
  put32(bytes, at + 5, value % 0x1_0000_0000);
  return at + 9;
}

/** Bytes of a list's beginning. */
export const listHeadBytes = 3;

/** Begins a list of at most 65,535 items; answers where the first one goes. */
export function putListHead(bytes: Uint8Array, at: number, count: number): number {
  bytes[at] = 0xdc;
  bytes[at + 1] = count >>> 8;
  bytes[at + 2] = count;
  return at + listHeadBytes;
}

/** Whole numbers from 0 to 2^53 - 1, one after the other. */
export function packedNumbers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numberBytesMax * values.length);
  return bytes.slice(
    0,
    values.reduce((at, value) => putNumber(bytes, at, value), 0),
  );
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Reads the whole numbers of a list. A class, and one object for all lists: it is read by each batch. */
export class NumberReader {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private left = 0;

  /** Opens what a script has packed. @throws RangeError when it is no list. */
  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    const mark = bytes[0] ?? 0;
    if ((mark & 0xf0) === 0x90) {
      this.left = mark & 0x0f;
      this.at = 1;
    } else if (mark === 0xdc) {
      this.left = this.whole(1, 2);
      this.at = 3;
    } else if (mark === 0xdd) {
      this.left = this.whole(1, 4);
      this.at = 5;
    } else throw new RangeError(`0x${mark.toString(16)} begins no list`);
  }

  /** The next number. @throws RangeError when there is none, or something else. */
  next(): number {
    if (this.left === 0) throw new RangeError('something is missing');
    this.left -= 1;
    const { bytes, at } = this;
    const mark = bytes[at] ?? 0xc1;
    if (mark < 0x80) {
      this.at = at + 1;
      return mark;
    }
    switch (mark) {
      case 0xcc:
        return this.take(1);
      case 0xcd:
        return this.take(2);
      case 0xce:
        return this.take(4);
      case 0xcf:
        return this.take(8);
      default:
        throw new RangeError(`0x${mark.toString(16)} begins no whole number`);
    }
  }

  /** @throws RangeError unless everything has been read. */
  end(): void {
    if (this.left !== 0 || this.at !== this.bytes.length) {
      throw new RangeError('something is left over');
    }
  }

  private take(size: number): number {
    const from = this.at + 1;
    this.at = from + size;
    if (this.at > this.bytes.length) throw new RangeError('a number is cut off');
    if (size < 8) return this.whole(from, size);
    const value = this.whole(from, 4) * 0x1_0000_0000 + this.whole(from + 4, 4);
    if (Number.isSafeInteger(value)) return value;
    throw new RangeError(`${value} is beyond what is exact`);
  }

  private whole(at: number, size: number): number {
    const { bytes } = this;
    let value = 0;
    for (let byte = 0; byte < size; byte += 1) value = value * 0x100 + (bytes[at + byte] ?? 0);
    return value;
  }
}
