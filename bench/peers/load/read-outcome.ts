import { frameTypes } from './frames.ts';

/** The outcome as far as a frame tells it. Frames are not padded by any server that is asked. */
export type ReadOutcome = (
  type: number,
  bytes: Buffer,
  at: number,
  length: number,
) => string | undefined;

/** Bytes before a message in gRPC. */
const grpcHeadBytes = 5;
/** Field 1, `overall_code`, a varint: servers write fields in order. */
const overallCodeTag = 0x08;

/** Of an answer to ShouldRateLimit: its code stands first in the message. */
export const readGrpcOutcome: ReadOutcome = (type, bytes, at, length) => {
  if (type !== frameTypes.data || length < grpcHeadBytes + 2) return undefined;
  if (bytes[at + grpcHeadBytes] !== overallCodeTag) return 'error';
  const code = bytes[at + grpcHeadBytes + 1];
  if (code === 1) return 'ok';
  return code === 2 ? 'over' : 'error';
};

/** HPACK's one byte for `:status: 200`; pseudo-headers stand first. */
const status200 = 0x88;

/** Of an HTTP answer: 200 or not. */
export const readHttpOutcome: ReadOutcome = (type, bytes, at, length) => {
  if (type !== frameTypes.headers || length === 0) return undefined;
  return bytes[at] === status200 ? 'ok' : 'error';
};
