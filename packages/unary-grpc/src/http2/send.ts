import type { AnswerFields } from './answer-encoder.ts';
import type { Connection, Stream } from './connection.ts';
import { defaultFrameBytesMax, type ErrorCode, errorCode, flag, frameType } from './protocol.ts';
import { forgetWaiting, removeStream } from './remove-stream.ts';

const nothing = Buffer.alloc(0);
/** Reset streams that are remembered; a peer that resets on refusals is told a few times. */
const resetIdsMax = 1_000;

/** An answer of HTTP: headers, perhaps a body and trailers. */
export interface Answer {
  readonly headers: AnswerFields;
  /** Absent: the headers are all. */
  readonly body?: { readonly head: Uint8Array; readonly bytes: Uint8Array };
  /** Without them the body is the end. */
  readonly trailers?: AnswerFields;
}

/**
 * Answers a stream, once. What its window or the connection's does not let pass waits, and so does
 * everything while much is unread. It goes out as the peer makes room; beyond the bytes that may
 * wait, the stream is reset instead.
 */
export function sendAnswer(stream: Stream, { headers, body, trailers }: Answer): void {
  const { connection } = stream;
  if (connection.state === 'closed' || stream.isAnswered) return;
  const { output, encoder, options } = connection;
  if (!body) {
    stream.isAnswered = true;
    const flags = flag.endHeaders | flag.endStream;
    output.frame(frameType.headers, flags, stream.id, encoder.encode(headers));
    finishSending(stream);
    return;
  }
  const bytes = body.head.length + body.bytes.length;
  const fits =
    bytes <= defaultFrameBytesMax &&
    bytes <= stream.sendWindowBytes &&
    bytes <= connection.sendWindowBytes &&
    !isCongested(connection);
  if (!fits && connection.heldBytes + bytes > options.limits.heldBytesMax) {
    resetStream(stream, errorCode.enhanceYourCalm);
    return;
  }
  stream.isAnswered = true;
  output.frame(frameType.headers, flag.endHeaders, stream.id, encoder.encode(headers));
  if (fits) {
    stream.sendWindowBytes -= bytes;
    connection.sendWindowBytes -= bytes;
    output.data(trailers ? 0 : flag.endStream, stream.id, body.head, body.bytes);
    endAnswer(stream, trailers);
    return;
  }
  connection.heldBytes += bytes;
  const sinceMs = options.nowMs();
  // Memory of its own: a few bytes in Node's shared buffers would keep 64 KiB alive.
  const whole = Buffer.allocUnsafeSlow(bytes);
  whole.set(body.head);
  whole.set(body.bytes, body.head.length);
  stream.answer = { bytes: whole, at: 0, trailers, sinceMs };
  connection.waiting.add(stream);
  sendWaitingOf(stream);
}

/** Sends of one answer what the windows let pass. */
export function sendWaitingOf(stream: Stream): void {
  while (sendSome(stream));
}

/** Sends of the waiting answers what the windows let pass, a frame of each in turn. */
export function sendWaiting(connection: Connection): void {
  let hasMoved = true;
  while (hasMoved && connection.sendWindowBytes > 0) {
    hasMoved = false;
    for (const stream of connection.waiting) {
      if (sendSome(stream)) hasMoved = true;
    }
  }
}

/** One frame of a waiting answer; answers whether it could be sent. */
function sendSome(stream: Stream): boolean {
  const { connection, answer } = stream;
  if (!answer) return false;
  if (isCongested(connection)) return false;
  const left = answer.bytes.length - answer.at;
  const room = Math.min(stream.sendWindowBytes, connection.sendWindowBytes);
  const length = Math.min(left, room, defaultFrameBytesMax);
  if (length <= 0) return false;
  const part = answer.bytes.subarray(answer.at, answer.at + length);
  const isLast = length === left && !answer.trailers;
  connection.output.frame(frameType.data, isLast ? flag.endStream : 0, stream.id, part);
  answer.at += length;
  answer.sinceMs = connection.options.nowMs();
  stream.sendWindowBytes -= length;
  connection.sendWindowBytes -= length;
  if (length === left) {
    forgetWaiting(stream);
    endAnswer(stream, answer.trailers);
  }
  return true;
}

/** Whether so much is unread that no more is written, however wide the windows are. */
function isCongested(connection: Connection): boolean {
  const { output, options } = connection;
  if (output.unsentBytes <= options.limits.unsentBytesMax) return false;
  connection.isCongested = true;
  return true;
}

function endAnswer(stream: Stream, trailers: AnswerFields | undefined): void {
  const { output, encoder } = stream.connection;
  if (trailers) {
    const flags = flag.endHeaders | flag.endStream;
    output.frame(frameType.headers, flags, stream.id, encoder.encode(trailers));
  }
  finishSending(stream);
}

/** The answer is out. A peer that is still sending is told that nobody listens any more. */
function finishSending(stream: Stream): void {
  if (stream.isReceived) removeStream(stream);
  else resetStream(stream, errorCode.noError);
}

/** Ends a stream at once. What is above is not told: it does this, or has nothing to lose. */
export function resetStream(stream: Stream, code: ErrorCode): void {
  stream.isAnswered = true;
  resetId(stream.connection, stream.id, code);
  removeStream(stream);
}

/** Resets a stream that was never opened, or is no more. */
export function resetId(connection: Connection, streamId: number, code: ErrorCode): void {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(code);
  connection.output.frame(frameType.rstStream, 0, streamId, payload);
  const { resetIds } = connection;
  resetIds.add(streamId);
  const [oldest] = resetIds.size > resetIdsMax ? resetIds : [];
  if (oldest !== undefined) resetIds.delete(oldest);
}

/** Lets the peer send so many bytes more, on a stream or (0) on the connection. */
export function sendWindowUpdate(connection: Connection, streamId: number, bytes: number): void {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(bytes);
  connection.output.frame(frameType.windowUpdate, 0, streamId, payload);
}

/** Says which streams were taken, and why no more will be. */
export function sendGoaway(
  connection: Connection,
  goaway: { lastStreamId: number; code: ErrorCode; reason?: string },
): void {
  const head = Buffer.allocUnsafe(8);
  head.writeUInt32BE(goaway.lastStreamId, 0);
  head.writeUInt32BE(goaway.code, 4);
  const reason = goaway.reason ? Buffer.from(goaway.reason.slice(0, 200)) : nothing;
  connection.output.frame(frameType.goaway, 0, 0, Buffer.concat([head, reason]));
}

/** Asks whether the peer is there; `data` has 8 bytes. */
export function sendPing(connection: Connection, flags: number, data: Uint8Array): void {
  connection.output.frame(frameType.ping, flags, 0, data);
}

/** Says that the peer's settings are obeyed from here on. */
export function sendSettingsAck(connection: Connection): void {
  connection.output.frame(frameType.settings, flag.ack, 0, nothing);
}
