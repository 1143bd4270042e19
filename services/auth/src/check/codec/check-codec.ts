import type { CheckAnswer } from '../answer.ts';
import { decodeCheckRequest } from './check-request.ts';
import { encodeCheckResponse } from './check-response.ts';

/**
 * `Check` without protobuf-es, which costs more than knowing the caller. Same answers: a test
 * compares the two, byte for byte, on messages that are right, cut off and damaged.
 */
export function createCheckCodec() {
  // Answers to a known caller are the same object until something changes about the caller.
  const encoded = new WeakMap<CheckAnswer, Uint8Array>();
  return {
    decode: decodeCheckRequest,
    encode(answer: CheckAnswer): Uint8Array {
      let bytes = encoded.get(answer);
      if (!bytes) encoded.set(answer, (bytes = encodeCheckResponse(answer)));
      return bytes;
    },
  };
}
