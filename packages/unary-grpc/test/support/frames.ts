import {
  encodeLiteral,
  encodeSettings,
  flag,
  encodeFrame as frame,
  frameType,
} from '../../src/frames.ts';

/*
 * What a peer says here is written, and what it hears is read, by the code under test. These tests
 * ask what a server does with frames, not how a frame is laid out. That is asked where bytes are
 * written down by hand (`encode-frame.test.ts`, `settings.test.ts`, the vectors of RFC 7541 and the
 * naive coder in `src/hpack`), and where the peer is somebody else's: h2spec, Node, grpc-js, Go,
 * Envoy. A half that is wrong like its other half fails there.
 */

export { frame };

/** A number of four bytes: what WINDOW_UPDATE and RST_STREAM carry. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** SETTINGS of pairs of number and value. */
export function settingsFrame(...settings: [id: number, value: number][]): Buffer {
  const payload = encodeSettings(settings.map(([id, value]) => ({ id, value })));
  return frame(frameType.settings, {}, payload);
}

/** PING that is answered, of eight bytes. */
export const pingFrame = frame(frameType.ping, {}, Buffer.from('12345678'));

/** Says that the server's settings have been read. */
export const settingsAckFrame = frame(frameType.settings, { flags: flag.ack });

/** WINDOW_UPDATE of a stream, or of the connection (0). */
export function windowFrame(streamId: number, bytes: number): Buffer {
  return frame(frameType.windowUpdate, { streamId }, number32(bytes));
}

/** RST_STREAM, CANCEL unless said otherwise. */
export function resetFrame(streamId: number, code = 8): Buffer {
  return frame(frameType.rstStream, { streamId }, number32(code));
}

/** A block of headers that leaves the table alone. */
export function plainBlock(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.map(([name, value]) => encodeLiteral(name, value)));
}

/** The headers that a gRPC client sends for a method. */
export function requestFields(path: string, more: Record<string, string> = {}) {
  return Object.entries({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'test',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  });
}

/** HEADERS of a call; its body may follow. */
export function requestHead(
  streamId: number,
  path: string,
  more: Record<string, string> = {},
): Buffer {
  const block = plainBlock(requestFields(path, more));
  return frame(frameType.headers, { flags: flag.endHeaders, streamId }, block);
}

/** A message with the prefix of gRPC. */
export function prefixed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0), number32(message.length), message]);
}

/** DATA of one message, the last of its stream unless said otherwise. */
export function messageFrame(streamId: number, message: Uint8Array, isEnd = true): Buffer {
  return dataFrame(streamId, prefixed(message), isEnd);
}

/** DATA as it is. */
export function dataFrame(streamId: number, bytes: Uint8Array, isEnd = false): Buffer {
  return frame(frameType.data, { streamId, flags: isEnd ? flag.endStream : 0 }, bytes);
}

/** A whole unary call. */
export function request(streamId: number, path: string, message: Uint8Array): Buffer {
  return Buffer.concat([requestHead(streamId, path), messageFrame(streamId, message)]);
}
