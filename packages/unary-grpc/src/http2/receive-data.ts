import { abortStream } from './abort-stream.ts';
import type { Connection, Stream } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import type { Frame } from './frame.ts';
import { defaultWindowBytes, errorCode, flag } from './protocol.ts';
import { resetId, sendWindowUpdate } from './send.ts';
import { spend } from './spend.ts';
import { unpad } from './unpad.ts';

/** Takes DATA. Padding counts for the windows: RFC 9113, section 6.9.1. */
export function receiveData(connection: Connection, frame: Frame): void {
  const { streamId, flags, payload } = frame;
  if (streamId === 0) throw new ConnectionFailure(errorCode.protocolError, 'DATA on stream 0');
  countReceived(connection, payload.length);
  const bytes = unpad(payload, flags);
  const isEnd = (flags & flag.endStream) !== 0;
  const stream = connection.streams.get(streamId);
  if (!stream || stream.isReceived) {
    refuseData(connection, frame, stream);
    return;
  }
  if (bytes.length === 0 && !isEnd) spend(connection);
  stream.receiveWindowBytes -= payload.length;
  stream.receivedBytes += bytes.length;
  if (stream.receiveWindowBytes < 0) {
    abortStream(stream, errorCode.flowControlError);
  } else if (!hasRightLength(stream, isEnd)) {
    abortStream(stream, errorCode.protocolError);
  } else {
    stream.isReceived = isEnd;
    connection.options.events.onData(stream, bytes, isEnd);
    // Padding is used up as soon as it is read.
    giveStreamWindow(stream, payload.length - bytes.length);
  }
}

/** Lets the peer send as much as has been used, once that is worth a frame. */
export function giveStreamWindow(stream: Stream, usedBytes: number): void {
  const { connection } = stream;
  if (stream.isReceived || stream.isAnswered || usedBytes === 0) return;
  stream.unusedWindowBytes += usedBytes;
  if (stream.unusedWindowBytes * 2 < connection.options.limits.streamWindowBytes) return;
  sendWindowUpdate(connection, stream.id, stream.unusedWindowBytes);
  stream.receiveWindowBytes += stream.unusedWindowBytes;
  stream.unusedWindowBytes = 0;
}

/** The connection's window opens as its bytes are read: what may be held is bounded elsewhere. */
function countReceived(connection: Connection, bytes: number): void {
  const windowBytes = Math.max(defaultWindowBytes, connection.options.limits.connectionWindowBytes);
  connection.receiveWindowBytes -= bytes;
  if (connection.receiveWindowBytes < 0) {
    throw new ConnectionFailure(errorCode.flowControlError, 'more data than the window has room');
  }
  if (connection.receiveWindowBytes * 2 > windowBytes) return;
  sendWindowUpdate(connection, 0, windowBytes - connection.receiveWindowBytes);
  connection.receiveWindowBytes = windowBytes;
}

function refuseData(connection: Connection, frame: Frame, stream: Stream | undefined): void {
  const { streamId, flags, payload } = frame;
  const bytes = payload.length;
  const isEnd = (flags & flag.endStream) !== 0;
  const isLate = connection.state === 'draining' && streamId % 2 === 1;
  if (!isLate && (streamId > connection.highestStreamId || streamId % 2 === 0)) {
    throw new ConnectionFailure(errorCode.protocolError, 'DATA on a stream that never began');
  }
  if (isExpected(connection, streamId, { bytes, isEnd })) return;
  spend(connection);
  // What was never taken is not answered either.
  if (streamId > connection.highestStreamId) return;
  if (stream) abortStream(stream, errorCode.streamClosed);
  else if (!connection.resetIds.has(streamId)) {
    resetId(connection, streamId, errorCode.streamClosed);
  }
}

/** The rest of a request that was refused or answered on its way: as much as its window let pass. */
function isExpected(
  { resetIds }: Connection,
  streamId: number,
  { bytes, isEnd }: { bytes: number; isEnd: boolean },
): boolean {
  const left = resetIds.get(streamId);
  if (left === undefined || bytes > left || (bytes === 0 && !isEnd)) return false;
  if (isEnd) resetIds.delete(streamId);
  else resetIds.set(streamId, left - bytes);
  return true;
}

function hasRightLength({ head, receivedBytes }: Stream, isEnd: boolean): boolean {
  if (head.contentBytes === undefined) return true;
  return isEnd ? receivedBytes === head.contentBytes : receivedBytes <= head.contentBytes;
}
