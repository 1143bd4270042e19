/**
 * Frames and header compression of HTTP/2, for who speaks it by the byte: a load generator that can
 * afford no client, a peer that says what no client would.
 */
export {
  createHeaderDecoder,
  createHeaderEncoder,
  encodeLiteral,
  type HeaderDecoder,
  type HeaderEncoder,
  type HeaderFields,
} from './hpack/index.ts';
export { encodeFrame } from './http2/encode-frame.ts';
export { createFrameReader, type FrameReader, type TakeFrame } from './http2/frame-reader.ts';
export {
  clientPreface,
  defaultWindowBytes,
  flag,
  frameHeadBytes,
  frameType,
  setting,
} from './http2/protocol.ts';
export { encodeSettings, readSettings, type Setting } from './http2/settings.ts';
export { connectOptions } from './listen.ts';
