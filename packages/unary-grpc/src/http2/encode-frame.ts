import { frameHeadBytes } from './protocol.ts';

/** What stands before a frame's payload: RFC 9113, section 4.1. */
export interface FrameHead {
  /** Of the payload, in bytes. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
}

/** Writes the nine bytes of a head into `target` from `at` on. */
export function writeFrameHead(target: Uint8Array, at: number, head: FrameHead): void {
  const { length, type, flags, streamId } = head;
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  target[at + 5] = streamId >>> 24;
  target[at + 6] = streamId >>> 16;
  target[at + 7] = streamId >>> 8;
  target[at + 8] = streamId;
}

/** Bytes of one frame, payload copied. Nothing is checked: a peer may send what is wrong. */
export function encodeFrame(
  type: number,
  { flags = 0, streamId = 0 }: { readonly flags?: number; readonly streamId?: number } = {},
  payload: Uint8Array = new Uint8Array(0),
): Buffer {
  const frame = Buffer.allocUnsafe(frameHeadBytes + payload.length);
  writeFrameHead(frame, 0, { length: payload.length, type, flags, streamId });
  frame.set(payload, frameHeadBytes);
  return frame;
}
