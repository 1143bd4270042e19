import { frameType } from '@tollgate/unary-grpc/frames';

/** The outcome as far as a frame tells it. Frames are not padded by any server that is asked. */
export type ReadOutcome = (
  type: number,
  bytes: Buffer,
  start: number,
  end: number,
) => string | undefined;

/** Bytes before a message in gRPC. */
const grpcHeadBytes = 5;
/** Field 1, `overall_code`, a varint: servers write fields in order. */
const overallCodeTag = 0x08;

/** Of an answer to ShouldRateLimit: its code stands first in the message. */
export const readGrpcOutcome: ReadOutcome = (type, bytes, start, end) => {
  if (type !== frameType.data || end - start < grpcHeadBytes + 2) return undefined;
  if (bytes[start + grpcHeadBytes] !== overallCodeTag) return 'error';
  const code = bytes[start + grpcHeadBytes + 1];
  if (code === 1) return 'ok';
  return code === 2 ? 'over' : 'error';
};

/** HPACK's one byte for `:status: 200`; pseudo-headers stand first. */
const status200 = 0x88;

/** Of an HTTP answer: 200 or not. */
export const readHttpOutcome: ReadOutcome = (type, bytes, start, end) => {
  if (type !== frameType.headers || start === end) return undefined;
  return bytes[start] === status200 ? 'ok' : 'error';
};
