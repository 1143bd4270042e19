/** Frame types of HTTP/2, RFC 9113, section 6. */
export const frameTypes = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;

/** Flags of frames. */
export const flags = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8 } as const;

/** Bytes before each frame's payload. */
export const frameHeadBytes = 9;

/** One frame. */
export function frame(
  type: number,
  { flag = 0, stream = 0, payload = Buffer.alloc(0) }: FrameContent = {},
): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

interface FrameContent {
  readonly flag?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
}

/** As large as Envoy's: a client that had to grant windows would measure itself. */
const windowBytes = 256 * 1024 * 1024;

/** What is granted again after this many bytes of answers. */
export const grantBytes = 64 * 1024 * 1024;

/** What a client sends first: the preface, its settings, a large window. */
export function clientPreface(): Buffer {
  const initialWindow = Buffer.alloc(6);
  initialWindow.writeUInt16BE(4, 0);
  initialWindow.writeUInt32BE(windowBytes, 2);
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(frameTypes.settings, { payload: initialWindow }),
    grant(windowBytes - 65_535),
  ]);
}

/** Lets the server send so many more bytes on the connection. */
export function grant(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(frameTypes.windowUpdate, { payload });
}
