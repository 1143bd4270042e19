import { ConnectionFailure } from './connection-failure.ts';
import { errorCode, flag } from './protocol.ts';

/** The payload without its padding. @throws ConnectionFailure when the padding is all or more. */
export function unpad(payload: Buffer, flags: number): Buffer {
  if ((flags & flag.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'padding without a length');
  }
  if (padding >= payload.length) {
    throw new ConnectionFailure(errorCode.protocolError, 'more padding than payload');
  }
  return payload.subarray(1, payload.length - padding);
}
