/** Room for a turn's answers, and the largest write. */
const bufferBytes = 65_536;
/** Buffers that are kept for all connections; one that has nothing to say has none. */
const spareMax = 64;
const spare: Buffer[] = [];

/** An empty buffer, of 64 KiB. */
export function takeBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
}

/** Hands over one buffer at a time: what waits is in our hands, and seen to move. */
export interface WriteQueue {
  /** Writes what the buffer is filled with, now or after what is before it. */
  push(buffer: Buffer, bytes: number): void;
  /** Writes the oldest that waits, also beside another; answers whether there was one. */
  next(): boolean;
  /** Whether a write is under way. */
  readonly isBusy: boolean;
  /** Bytes that are under way, and the memory of what waits. */
  readonly bytes: number;
}

/** `write` calls back when the bytes may be overwritten. */
export function createWriteQueue(write: (bytes: Buffer, done: () => void) => void): WriteQueue {
  const full: { buffer: Buffer; bytes: number }[] = [];
  let writes = 0;
  let writtenBytes = 0;

  function hand(buffer: Buffer, bytes: number): void {
    writes += 1;
    writtenBytes += bytes;
    write(buffer.subarray(0, bytes), () => {
      writes -= 1;
      writtenBytes -= bytes;
      if (spare.length < spareMax) spare.push(buffer);
    });
  }
  return {
    push(buffer, bytes) {
      if (writes === 0 && full.length === 0) hand(buffer, bytes);
      else full.push({ buffer, bytes });
    },
    next() {
      const oldest = full.shift();
      if (oldest) hand(oldest.buffer, oldest.bytes);
      return oldest !== undefined;
    },
    get isBusy() {
      return writes > 0;
    },
    get bytes() {
      return writtenBytes + full.length * bufferBytes;
    },
  };
}
