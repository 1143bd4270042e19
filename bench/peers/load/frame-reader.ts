import { frameHeadBytes } from './frames.ts';

/** One frame; its payload lies in `bytes` from `at`, and only until the callback returns. */
export interface ReceivedFrame {
  readonly type: number;
  readonly flag: number;
  readonly stream: number;
  readonly bytes: Buffer;
  readonly at: number;
  readonly length: number;
}

/** Cuts what a connection receives into frames, wherever the reads end. */
export function createFrameReader(onFrame: (frame: ReceivedFrame) => void) {
  let carry = Buffer.alloc(0);
  return (chunk: Buffer): void => {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= frameHeadBytes) {
      const length = bytes.readUIntBE(at, 3);
      const payloadAt = at + frameHeadBytes;
      if (payloadAt + length > bytes.length) break;
      onFrame({
        type: bytes[at + 3] ?? -1,
        flag: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5),
        bytes,
        at: payloadAt,
        length,
      });
      at = payloadAt + length;
    }
    // Copied, because a chunk's memory belongs to the next read.
    carry = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
  };
}
