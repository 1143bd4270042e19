import type { RateLimitAnswer } from '../describe-decision.ts';
import type { RateLimitQuestion } from '../read-question.ts';
import { decodeRateLimitRequest } from './rate-limit-request.ts';
import { encodeRateLimitResponse } from './rate-limit-response.ts';

/**
 * `ShouldRateLimit` without protobuf-es, which costs more than deciding. Same answers: a test
 * compares the two, byte for byte, on messages that are right, cut off and damaged.
 */
export const rateLimitCodec = {
  decode: decodeRateLimitRequest,
  encode: encodeRateLimitResponse,
} satisfies {
  decode: (bytes: Uint8Array) => RateLimitQuestion;
  encode: (answer: RateLimitAnswer) => Uint8Array;
};
