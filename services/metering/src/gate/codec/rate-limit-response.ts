import {
  beginMessage,
  beginNested,
  createWriter,
  endNested,
  finish,
  type Writer,
  writeBytes,
  writeText,
  writeTextPair,
  writeTextStruct,
  writeUint32,
  writeUint64,
} from '@tollgate/wire';
import type { LimitStatus, RateLimitAnswer, ShownLimit } from '../describe-decision.ts';

/** Tags: the field's number times 8, plus 0 for numbers and 2 for what has a length. */
const answerTags = {
  code: 8,
  status: 18,
  responseHeader: 26,
  requestHeader: 34,
  rawBody: 42,
  metadata: 50,
};
const statusTags = { code: 8, limit: 18, remaining: 24, reset: 34 };
const limitTags = { requests: 8, unit: 16, name: 26, multiplier: 34 };
/** Of the only field of a duration and of a wrapped number. */
const onlyNumber = 8;

const writer = createWriter();

/**
 * Encodes a `RateLimitResponse` to the same bytes as protobuf-es: fields by their number, those that
 * are zero or empty left out.
 */
export function encodeRateLimitResponse(answer: RateLimitAnswer): Uint8Array {
  beginMessage(writer);
  writeNumber(writer, answerTags.code, answer.overallCode);
  for (const status of answer.statuses ?? []) writeStatus(writer, status);
  for (const { key, value } of answer.responseHeadersToAdd ?? []) {
    writeTextPair(writer, answerTags.responseHeader, key, value);
  }
  for (const { key, value } of answer.requestHeadersToAdd ?? []) {
    writeTextPair(writer, answerTags.requestHeader, key, value);
  }
  if (answer.rawBody?.length) {
    writeUint32(writer, answerTags.rawBody);
    writeBytes(writer, answer.rawBody);
  }
  if (answer.dynamicMetadata) {
    writeTextStruct(writer, answerTags.metadata, answer.dynamicMetadata);
  }
  return finish(writer);
}

function writeStatus(writer: Writer, status: LimitStatus): void {
  writeUint32(writer, answerTags.status);
  const begun = beginNested(writer);
  writeNumber(writer, statusTags.code, status.code);
  writeLimit(writer, status.currentLimit);
  writeNumber(writer, statusTags.remaining, status.limitRemaining);
  writeUint32(writer, statusTags.reset);
  const reset = beginNested(writer);
  const { seconds } = status.durationUntilReset;
  if (seconds !== 0n) {
    writeUint32(writer, onlyNumber);
    writeUint64(writer, seconds);
  }
  endNested(writer, reset);
  endNested(writer, begun);
}

function writeLimit(writer: Writer, limit: ShownLimit): void {
  writeUint32(writer, statusTags.limit);
  const begun = beginNested(writer);
  writeNumber(writer, limitTags.requests, limit.requestsPerUnit);
  writeNumber(writer, limitTags.unit, limit.unit);
  if (limit.name !== '') {
    writeUint32(writer, limitTags.name);
    writeText(writer, limit.name);
  }
  if (limit.unitMultiplier !== undefined) {
    writeUint32(writer, limitTags.multiplier);
    const multiplier = beginNested(writer);
    writeNumber(writer, onlyNumber, limit.unitMultiplier);
    endNested(writer, multiplier);
  }
  endNested(writer, begun);
}

/** A number of 32 bits, unless it is 0. */
function writeNumber(writer: Writer, tag: number, value: number): void {
  if (value === 0) return;
  writeUint32(writer, tag);
  writeUint32(writer, value);
}
