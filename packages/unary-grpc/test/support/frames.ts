import { encodeLiteral } from '../../src/hpack/index.ts';
import { flag, frameType } from '../../src/http2/protocol.ts';

/** Bytes of one frame. Nothing is checked: a peer may send what is wrong. */
export function frame(
  type: number,
  { flags = 0, streamId = 0 }: { flags?: number; streamId?: number },
  payload: Uint8Array = new Uint8Array(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** A number of four bytes: what WINDOW_UPDATE and RST_STREAM carry. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** SETTINGS of pairs of number and value. */
export function settingsFrame(...settings: [id: number, value: number][]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  });
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
