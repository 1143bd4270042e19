import { ConnectionFailure } from './connection-failure.ts';
import { defaultFrameBytesMax, errorCode, frameHeadBytes } from './protocol.ts';

/** Takes one whole frame: its payload is `bytes` from `start` to `end`, valid until it returns. */
export type TakeFrame = (
  frame: { type: number; flags: number; streamId: number },
  bytes: Buffer,
  start: number,
  end: number,
) => void;

/** Cuts a stream of bytes into frames. */
export interface FrameReader {
  /**
   * Hands on every frame that is complete by now.
   *
   * @throws ConnectionFailure FRAME_SIZE_ERROR as soon as a head announces too much.
   */
  push(chunk: Buffer): void;
  /** Whether a frame has begun that is not complete. */
  readonly isWithinFrame: boolean;
  /** Whether the last bytes completed a frame. */
  readonly hasMoved: boolean;
}

/** Holds at most one frame; however the bytes are split, the same frames come out. */
export function createFrameReader(take: TakeFrame): FrameReader {
  const frame = { type: 0, flags: 0, streamId: 0 };
  let held: Buffer | undefined;
  let heldBytes = 0;
  let hasMoved = false;

  /** Adds to what is held, up to `wanted` bytes; answers how much of the chunk it took. */
  function hold(chunk: Buffer, at: number, wanted: number): number {
    held ??= Buffer.allocUnsafe(frameHeadBytes + defaultFrameBytesMax);
    const taken = chunk.copy(held, heldBytes, at, at + Math.max(0, wanted - heldBytes));
    heldBytes += taken;
    return taken;
  }
  /** Completes the frame that is held, if the chunk has enough; answers where to go on. */
  function complete(chunk: Buffer): number {
    let at = hold(chunk, 0, frameHeadBytes);
    if (!held || heldBytes < frameHeadBytes) return at;
    const wanted = frameHeadBytes + payloadBytes(held, 0);
    at += hold(chunk, at, wanted);
    if (heldBytes < wanted) return at;
    heldBytes = 0;
    hasMoved = true;
    readHead(held, 0, frame);
    take(frame, held, frameHeadBytes, wanted);
    return at;
  }
  return {
    get isWithinFrame() {
      return heldBytes > 0;
    },
    get hasMoved() {
      return hasMoved;
    },
    push(chunk) {
      hasMoved = false;
      let at = heldBytes > 0 ? complete(chunk) : 0;
      while (chunk.length - at >= frameHeadBytes) {
        const start = at + frameHeadBytes;
        const end = start + payloadBytes(chunk, at);
        if (end > chunk.length) break;
        hasMoved = true;
        readHead(chunk, at, frame);
        take(frame, chunk, start, end);
        at = end;
      }
      if (at < chunk.length) hold(chunk, at, chunk.length - at);
    },
  };
}

function payloadBytes(bytes: Buffer, at: number): number {
  const length = bytes.readUIntBE(at, 3);
  if (length > defaultFrameBytesMax) {
    throw new ConnectionFailure(errorCode.frameSizeError, `a frame of ${length} bytes`);
  }
  return length;
}

function readHead(
  bytes: Buffer,
  at: number,
  frame: { type: number; flags: number; streamId: number },
): void {
  frame.type = bytes[at + 3] as number;
  frame.flags = bytes[at + 4] as number;
  // The first bit is reserved, and to be ignored.
  frame.streamId = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
}
