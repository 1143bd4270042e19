import { defaultFrameBytesMax, frameHeadBytes } from './protocol.ts';

/** Collects frames, and writes those of one turn of the event loop at once. */
export interface Output {
  /** Adds one frame. Its payload is at most 16,384 bytes, and is copied. */
  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void;
  /** Adds one frame of DATA whose payload is `head` and then `body`. */
  data(flags: number, streamId: number, head: Uint8Array, body: Uint8Array): void;
  /** Writes now what would be written at the end of this turn. */
  flush(): void;
  /** Bytes that the peer has not taken yet. */
  readonly unsentBytes: number;
}

/** Room for a turn's answers; buffers of this size are used again. */
const bufferBytes = 65_536;
/** Buffers kept for use; one is being filled while another is being sent. */
const buffersMax = 4;

/** Frames go to `write`, which calls back when the bytes may be overwritten. */
export function createOutput(write: (bytes: Buffer, done: () => void) => void): Output {
  const spare: Buffer[] = [];
  let buffer: Buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let filled = 0;
  let written = 0;
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    if (filled === 0) return;
    const full = buffer;
    const bytes = filled;
    buffer = spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    filled = 0;
    written += bytes;
    write(full.subarray(0, bytes), () => {
      written -= bytes;
      if (spare.length < buffersMax) spare.push(full);
    });
  }
  /** Makes room, and a head; the payload goes to where it says. */
  function begin(type: number, flags: number, streamId: number, length: number): number {
    if (filled + frameHeadBytes + defaultFrameBytesMax > bufferBytes) flush();
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
    get unsentBytes() {
      return filled + written;
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
