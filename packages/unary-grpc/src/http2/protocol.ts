/** Numbers of HTTP/2, RFC 9113. */

/** What a client sends before its first frame, section 3.4. */
export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Bytes of a frame's head: length, type, flags, stream. Section 4.1. */
export const frameHeadBytes = 9;

/** Largest payload that everybody must take, and the only one that this server takes. */
export const defaultFrameBytesMax = 16_384;

/** Window of a stream and of a connection before anybody says otherwise, section 6.9.2. */
export const defaultWindowBytes = 65_535;

/** Largest window, section 6.9.1. */
export const windowBytesMax = 0x7fff_ffff;

/** Kinds of frames, section 6. */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags; which of them a frame may have depends on its kind. */
export const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** Settings, section 6.5.2. */
export const setting = {
  headerTableBytes: 1,
  enablePush: 2,
  streamsMax: 3,
  initialWindowBytes: 4,
  frameBytesMax: 5,
  headerListBytesMax: 6,
} as const;

/** Error codes, section 7. */
export const errorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
} as const;

/** An error code by its number. */
export type ErrorCode = (typeof errorCode)[keyof typeof errorCode];
