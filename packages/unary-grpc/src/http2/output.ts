import { defaultFrameBytesMax, frameHeadBytes } from './protocol.ts';

/**
 * Collects frames, and writes those of one turn of the event loop at once. One write is under way at
 * a time, and is at most 64 KiB: what comes meanwhile fills buffers, and is the next.
 */
export interface Output {
  /** Adds one frame. Its payload is at most 16,384 bytes, and is copied. */
  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void;
  /** Adds one frame of DATA whose payload is `head` and then `body`. */
  data(flags: number, streamId: number, head: Uint8Array, body: Uint8Array): void;
  /** Writes now what would be written at the end of this turn, unless a write is under way. */
  flush(): void;
  /** Hands over everything at once: nothing follows but the end. */
  finish(): void;
  /** Bytes that the peer has not taken yet; of what waits its memory, which is a little more. */
  readonly unsentBytes: number;
}

/** Room for a turn's answers, and the largest write. */
const bufferBytes = 65_536;
/** Buffers that are kept for all connections; one that has nothing to say has none. */
const spareMax = 64;
const spare: Buffer[] = [];
const none = Buffer.alloc(0);

/** Frames go to `write`, which calls back when the bytes may be overwritten. */
export function createOutput(write: (bytes: Buffer, done: () => void) => void): Output {
  /** Full ones, which wait for the write that is under way. */
  const full: { buffer: Buffer; bytes: number }[] = [];
  let buffer: Buffer = none;
  let filled = 0;
  let writes = 0;
  let writtenBytes = 0;
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    if (writes === 0) writeNext();
  }
  /** Answers whether there was something. */
  function writeNext(): boolean {
    const oldest = full.shift();
    if (oldest) hand(oldest.buffer, oldest.bytes);
    else if (filled > 0) {
      const bytes = filled;
      filled = 0;
      const last = buffer;
      buffer = none;
      hand(last, bytes);
    } else return false;
    return true;
  }
  function hand(whole: Buffer, bytes: number): void {
    writes += 1;
    writtenBytes += bytes;
    write(whole.subarray(0, bytes), () => {
      writes -= 1;
      writtenBytes -= bytes;
      if (spare.length < spareMax) spare.push(whole);
    });
  }
  /** An empty buffer; a full one is written, or waits. */
  function makeRoom(): void {
    if (filled > 0) {
      full.push({ buffer, bytes: filled });
      filled = 0;
      if (writes === 0) writeNext();
    }
    buffer = spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
  }
  /** Makes room, and a head; the payload goes to where it says. */
  function begin(type: number, flags: number, streamId: number, length: number): number {
    if (filled + frameHeadBytes + defaultFrameBytesMax > buffer.length) makeRoom();
    if (!isScheduled) {
      isScheduled = true;
      // After the promises that this turn has resolved, so their answers travel together.
      process.nextTick(flush);
    }
    const at = filled;
    buffer[at] = length >>> 16;
    buffer[at + 1] = length >>> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    buffer[at + 5] = streamId >>> 24;
    buffer[at + 6] = streamId >>> 16;
    buffer[at + 7] = streamId >>> 8;
    buffer[at + 8] = streamId;
    filled = at + frameHeadBytes + length;
    return at + frameHeadBytes;
  }
  return {
    frame(type, flags, streamId, payload) {
      const at = begin(type, flags, streamId, payload.length);
      copyInto(buffer, at, payload);
    },
    data(flags, streamId, head, body) {
      const at = begin(0, flags, streamId, head.length + body.length);
      copyInto(buffer, at, head);
      copyInto(buffer, at + head.length, body);
    },
    flush,
    finish() {
      while (writeNext());
    },
    get unsentBytes() {
      return writtenBytes + full.length * bufferBytes + filled;
    },
  };
}

/** Below this, a loop is faster than a call out of JavaScript. */
const loopBytesMax = 32;

function copyInto(target: Buffer, at: number, source: Uint8Array): void {
  if (source.length > loopBytesMax) {
    target.set(source, at);
    return;
  }
  for (let index = 0; index < source.length; index += 1) {
    target[at + index] = source[index] as number;
  }
}
