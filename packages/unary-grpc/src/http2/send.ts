import type { HeaderFields } from '../hpack/index.ts';
import type { Limits } from '../limits.ts';
import type { Connection, Stream } from './connection.ts';
import {
  defaultFrameBytesMax,
  defaultWindowBytes,
  type ErrorCode,
  errorCode,
  flag,
  frameType,
} from './protocol.ts';
import { forgetWaiting, removeStream } from './remove-stream.ts';

const nothing = Buffer.alloc(0);
/** What a waiting answer costs beside its bytes. */
const waitingOverheadBytes = 128;
/** Reset streams that are remembered at most, however many may be open. */
const resetIdsEver = 27_000;

/** An answer of HTTP: headers, perhaps a body and trailers. */
export interface Answer {
  readonly headers: HeaderFields;
  /** Absent: the headers are all. */
  readonly body?: { readonly head: Uint8Array; readonly bytes: Uint8Array };
  /** Without them the body is the end. */
  readonly trailers?: HeaderFields;
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
    if (isCongested(connection)) return wait(stream, nothing, headers);
    stream.isAnswered = true;
    endAnswer(stream, headers);
    return;
  }
  const bytes = body.head.length + body.bytes.length;
  const fits =
    bytes <= defaultFrameBytesMax &&
    bytes <= windowBytesOf(stream) &&
    bytes <= connection.sendWindowBytes &&
    !isCongested(connection);
  if (!fits && connection.heldBytes + bytes > options.limits.heldBytesMax) {
    return giveUp(stream);
  }
  stream.isAnswered = true;
  output.frame(frameType.headers, flag.endHeaders, stream.id, encoder.encode(headers));
  if (fits) {
    stream.extraWindowBytes -= bytes;
    connection.sendWindowBytes -= bytes;
    output.data(trailers ? 0 : flag.endStream, stream.id, body.head, body.bytes);
    endAnswer(stream, trailers);
    return;
  }
  // Memory of its own: a few bytes in Node's shared buffers would keep 64 KiB alive.
  const whole = Buffer.allocUnsafeSlow(bytes);
  whole.set(body.head);
  whole.set(body.bytes, body.head.length);
  wait(stream, whole, trailers);
}

/** Keeps what cannot be sent now, if the connection may hold it, and sends what can. */
function wait(stream: Stream, bytes: Uint8Array, trailers: HeaderFields | undefined): void {
  const { connection } = stream;
  const { limits, nowMs } = connection.options;
  let heldBytes = bytes.length + waitingOverheadBytes;
  // Those of every answer are kept once.
  if (trailers && !trailers.isRepeated) {
    for (const [name, value] of trailers.fields) heldBytes += name.length + value.length;
  }
  if (connection.heldBytes + heldBytes > limits.heldBytesMax) return giveUp(stream);
  stream.isAnswered = true;
  connection.heldBytes += heldBytes;
  stream.answer = { bytes, at: 0, heldBytes, trailers, sinceMs: nowMs() };
  (bytes.length > 0 ? connection.ready : connection.unread).add(stream);
  sendWaitingOf(stream);
}

/** There is no room for the answer. */
function giveUp(stream: Stream): void {
  expectReset(stream.connection);
  resetStream(stream, errorCode.enhanceYourCalm);
}

/** What the peer has room for on a stream; its own initial window may have made it negative. */
function windowBytesOf({ connection, extraWindowBytes }: Stream): number {
  return connection.peer.initialWindowBytes + extraWindowBytes;
}

/** The stream's window has grown: its answer may go on. */
export function unblock(stream: Stream): void {
  if (windowBytesOf(stream) <= 0) return;
  const { blocked, ready } = stream.connection;
  if (blocked.delete(stream)) ready.add(stream);
}

/** Sends of one answer what the windows let pass. */
export function sendWaitingOf(stream: Stream): void {
  while (sendSome(stream));
}

/**
 * Sends of the waiting answers what the windows let pass, a frame of each in turn. Each stream that
 * is looked at sends something, or waits for its own window from now on, or is the last.
 */
export function sendWaiting(connection: Connection): void {
  const { unread, ready } = connection;
  for (const stream of unread) {
    if (!sendSome(stream)) return;
  }
  while (ready.size > 0) {
    for (const stream of ready) {
      if (!sendSome(stream) && ready.has(stream)) return;
    }
  }
}

/** One frame of a waiting answer; answers whether it could be sent. */
function sendSome(stream: Stream): boolean {
  const { connection, answer } = stream;
  if (!answer) return false;
  if (isCongested(connection)) return false;
  const left = answer.bytes.length - answer.at;
  if (left === 0) {
    forgetWaiting(stream);
    endAnswer(stream, answer.trailers);
    return true;
  }
  const windowBytes = windowBytesOf(stream);
  if (windowBytes <= 0 && connection.ready.delete(stream)) connection.blocked.add(stream);
  const length = Math.min(left, windowBytes, connection.sendWindowBytes, defaultFrameBytesMax);
  if (length <= 0) return false;
  const part = answer.bytes.subarray(answer.at, answer.at + length);
  const isLast = length === left && !answer.trailers;
  connection.output.frame(frameType.data, isLast ? flag.endStream : 0, stream.id, part);
  answer.at += length;
  answer.sinceMs = connection.options.nowMs();
  stream.extraWindowBytes -= length;
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

function endAnswer(stream: Stream, trailers: HeaderFields | undefined): void {
  const { output, encoder } = stream.connection;
  if (trailers) {
    const flags = flag.endHeaders | flag.endStream;
    output.frame(frameType.headers, flags, stream.id, encoder.encode(trailers));
  }
  finishSending(stream);
}

/** The answer is out. A peer that is still sending is told that nobody listens any more. */
function finishSending(stream: Stream): void {
  expectReset(stream.connection);
  if (stream.isReceived) removeStream(stream);
  else resetStream(stream, errorCode.noError);
}

/** Refuses a request before anything is done for it: it is safe to send again, and costs nothing. */
export function refuseStream(stream: Stream): void {
  stream.isAnswered = true;
  refuseId(stream.connection, stream.id);
  removeStream(stream);
}

/** Refuses a stream that was never opened. */
export function refuseId(connection: Connection, streamId: number): void {
  connection.options.counts.refusals += 1;
  expectReset(connection);
  resetId(connection, streamId, errorCode.refusedStream);
}

/** An honest peer has no more streams open than were announced, and resets each of them once. */
function expectReset(connection: Connection): void {
  if (connection.crossingResets < connection.options.limits.streamsMax) {
    connection.crossingResets += 1;
  }
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
  const { resetIds, options } = connection;
  resetIds.set(streamId, Math.max(defaultWindowBytes, options.limits.streamWindowBytes));
  if (resetIds.size > resetIdsMax(options.limits)) forgetOldest(resetIds, resetIds.size / 4);
}

/** Many at once: each look for the oldest one passes all that were deleted since the last one. */
function forgetOldest(ids: Map<number, unknown>, count: number): void {
  let left = count;
  for (const id of ids.keys()) {
    if (left < 1) return;
    ids.delete(id);
    left -= 1;
  }
}

/**
 * Reset streams that are remembered at most. Of them three quarters stay when it is reached: twice
 * as many as a peer may have open, and not read of yet.
 */
function resetIdsMax({ streamsMax }: Limits): number {
  return Math.min(3 * streamsMax, resetIdsEver) + 100;
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
