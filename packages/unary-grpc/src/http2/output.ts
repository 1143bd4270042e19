import { writeFrameHead } from './encode-frame.ts';
import { defaultFrameBytesMax, frameHeadBytes } from './protocol.ts';
import { createWriteQueue, takeBuffer } from './write-queue.ts';

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

const none = Buffer.alloc(0);

/** Frames go to `write`, which calls back when the bytes may be overwritten. */
export function createOutput(write: (bytes: Buffer, done: () => void) => void): Output {
  const queue = createWriteQueue(write);
  let buffer: Buffer = none;
  let filled = 0;
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    if (!queue.isBusy && !queue.next()) seal();
  }
  function seal(): void {
    if (filled === 0) return;
    const bytes = filled;
    filled = 0;
    queue.push(buffer, bytes);
    buffer = none;
  }
  /** Makes room, and a head; the payload goes to where it says. */
  function begin(type: number, flags: number, streamId: number, length: number): number {
    if (filled + frameHeadBytes + defaultFrameBytesMax > buffer.length) {
      seal();
      buffer = takeBuffer();
    }
    if (!isScheduled) {
      isScheduled = true;
      // After the promises that this turn has resolved, so their answers travel together.
      process.nextTick(flush);
    }
    const at = filled;
    writeFrameHead(buffer, at, { length, type, flags, streamId });
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
      seal();
      while (queue.next());
    },
    get unsentBytes() {
      return queue.bytes + filled;
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
