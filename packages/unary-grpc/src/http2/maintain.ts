import { abortStream } from './abort-stream.ts';
import type { Connection, Stream } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { cutConnection, failConnection } from './end-connection.ts';
import { errorCode } from './protocol.ts';
import { sendPing } from './send.ts';

const keepAlivePing = Buffer.from('tg-alive', 'latin1');

/**
 * Ends what has lasted too long: a preface, a frame, a block or a request that does not come to its
 * end, an answer that nobody reads, a peer that is gone without a word. To be called about once a
 * second.
 */
export function maintainConnection(connection: Connection): void {
  if (connection.state === 'closed') return;
  const { limits, nowMs } = connection.options;
  const now = nowMs();
  const { times } = connection;
  if (connection.state === 'preface' && now - times.openedMs > limits.frameTimeoutMs) {
    fail(connection, errorCode.protocolError, 'the preface took too long');
  } else if (times.unsentSinceMs > 0 && now - times.unsentSinceMs > limits.stallTimeoutMs) {
    // It does not read, so it would not read why.
    cut(connection, errorCode.enhanceYourCalm, 'nothing was read for too long');
  } else if (connection.socket.isPaused()) {
    // What it may have sent lies unread: nothing but its reading can be late.
  } else if (now - partialSinceMs(connection, now) > limits.frameTimeoutMs) {
    fail(connection, errorCode.enhanceYourCalm, 'a frame took too long');
  } else {
    for (const stream of connection.streams.values()) maintainStream(stream, now);
    checkAlive(connection, now);
  }
}

/** Since when the oldest frame or block of headers is incomplete; `now` when there is none. */
function partialSinceMs({ times, block }: Connection, now: number): number {
  return Math.min(times.partialSinceMs || now, block?.sinceMs ?? now);
}

function maintainStream(stream: Stream, now: number): void {
  const { limits } = stream.connection.options;
  const { answer } = stream;
  const isStalled = answer !== undefined && now - answer.sinceMs > limits.stallTimeoutMs;
  const isSlow =
    stream.endsSoon && !stream.isReceived && now - stream.startedMs > limits.requestTimeoutMs;
  if (isStalled || isSlow) abortStream(stream, errorCode.cancel);
}

function checkAlive(connection: Connection, now: number): void {
  const { times, options } = connection;
  const { pingAfterMs, pingTimeoutMs } = options.limits;
  const isAwaited = times.pingedMs > times.receivedMs;
  if (isAwaited && now - times.pingedMs > pingTimeoutMs) {
    cut(connection, errorCode.cancel, 'a ping was not answered');
  } else if (!isAwaited && now - times.receivedMs > pingAfterMs) {
    times.pingedMs = now;
    sendPing(connection, 0, keepAlivePing);
  }
}

function cut(connection: Connection, code: ConnectionFailure['code'], reason: string): void {
  cutConnection(connection, new ConnectionFailure(code, reason));
}

function fail(connection: Connection, code: ConnectionFailure['code'], reason: string): void {
  failConnection(connection, new ConnectionFailure(code, reason));
}
