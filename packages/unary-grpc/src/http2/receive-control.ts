import { abortStream, loseStream } from './abort-stream.ts';
import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { announceLastStream, drainPing } from './end-connection.ts';
import type { Frame } from './frame.ts';
import { errorCode, flag, setting, windowBytesMax } from './protocol.ts';
import { resetId, sendPing, sendSettingsAck, sendWaiting, sendWaitingOf, unblock } from './send.ts';
import { readSettings } from './settings.ts';
import { spend, spendOnStreams } from './spend.ts';

/** Takes SETTINGS, and acknowledges them. */
export function receiveSettings(connection: Connection, frame: Frame): void {
  const { streamId, flags, payload } = frame;
  spend(connection);
  if (streamId !== 0) {
    throw new ConnectionFailure(errorCode.protocolError, 'SETTINGS on a stream');
  }
  if ((flags & flag.ack) !== 0) {
    if (payload.length > 0) {
      throw new ConnectionFailure(errorCode.frameSizeError, 'an acknowledgement with settings');
    }
    if (!connection.peer.hasSettled) {
      throw new ConnectionFailure(errorCode.protocolError, 'an acknowledgement comes second');
    }
    connection.peer.hasAcknowledged = true;
    return;
  }
  let initialWindowBytes = connection.peer.initialWindowBytes;
  for (const { id, value } of readSettings(payload)) {
    if (id === setting.initialWindowBytes) initialWindowBytes = value;
    if (id === setting.headerTableBytes) connection.encoder.limitTable(value);
  }
  // The last value alone: a frame may have thousands.
  connection.peer.hasSettled = true;
  sendSettingsAck(connection);
  changeInitialWindow(connection, initialWindowBytes);
}

/**
 * Changes the windows of open streams, too, perhaps below zero: RFC 9113, section 6.9.2. They count
 * from the initial window, so none is touched but those whose answer waits for it to grow.
 */
function changeInitialWindow(connection: Connection, bytes: number): void {
  const { peer, blocked } = connection;
  const hasGrown = bytes > peer.initialWindowBytes;
  peer.initialWindowBytes = bytes;
  if (!hasGrown) return;
  checkWindows(connection);
  if (blocked.size === 0) return;
  spendOnStreams(connection, blocked.size);
  for (const stream of blocked) unblock(stream);
  sendWaiting(connection);
}

/** Looks for the largest window only when the largest that there ever was would be too large. */
function checkWindows(connection: Connection): void {
  const { peer, streams } = connection;
  if (peer.initialWindowBytes + connection.extraWindowBytesMax <= windowBytesMax) return;
  spendOnStreams(connection, streams.size);
  let largest = 0;
  for (const stream of streams.values()) largest = Math.max(largest, stream.extraWindowBytes);
  connection.extraWindowBytesMax = largest;
  if (peer.initialWindowBytes + largest <= windowBytesMax) return;
  throw new ConnectionFailure(errorCode.flowControlError, 'a window grew too large');
}

/** Takes WINDOW_UPDATE: what waited may go on. */
export function receiveWindowUpdate(connection: Connection, frame: Frame): void {
  const { streamId, payload } = frame;
  spend(connection);
  if (payload.length !== 4) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'WINDOW_UPDATE has 4 bytes');
  }
  const bytes = payload.readUInt32BE(0) & 0x7fff_ffff;
  if (streamId === 0) {
    if (bytes === 0) throw new ConnectionFailure(errorCode.protocolError, 'a window grew by 0');
    connection.sendWindowBytes += bytes;
    if (connection.sendWindowBytes > windowBytesMax) {
      throw new ConnectionFailure(errorCode.flowControlError, 'the window grew too large');
    }
    sendWaiting(connection);
  } else {
    checkBegan(connection, streamId);
    const stream = connection.streams.get(streamId);
    if (!stream) return;
    if (bytes === 0) return abortStream(stream, errorCode.protocolError);
    const extra = stream.extraWindowBytes + bytes;
    if (connection.peer.initialWindowBytes + extra > windowBytesMax) {
      return abortStream(stream, errorCode.flowControlError);
    }
    stream.extraWindowBytes = extra;
    connection.extraWindowBytesMax = Math.max(connection.extraWindowBytesMax, extra);
    unblock(stream);
    sendWaitingOf(stream);
  }
}

/**
 * Takes RST_STREAM: its call is cancelled, and only its. Cancelling a call that is worked on is free,
 * because `callsMax` bounds the work; so is a reset that crosses our answer or refusal. What costs is
 * to open streams for nothing but to reset them.
 */
export function receiveReset(connection: Connection, frame: Frame): void {
  const { streamId, payload } = frame;
  if (payload.length !== 4) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'RST_STREAM has 4 bytes');
  }
  checkBegan(connection, streamId);
  connection.options.counts.resets += 1;
  const stream = connection.streams.get(streamId);
  if (!stream && connection.crossingResets > 0) connection.crossingResets -= 1;
  else if (!stream?.isReceived) spend(connection);
  if (stream) loseStream(stream);
}

/** Takes PING, and answers it; or the answer to one of ours. */
export function receivePing(connection: Connection, frame: Frame): void {
  const { streamId, flags, payload } = frame;
  if (streamId !== 0) throw new ConnectionFailure(errorCode.protocolError, 'PING on a stream');
  if (payload.length !== 8) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'PING has 8 bytes');
  }
  spend(connection);
  if ((flags & flag.ack) === 0) sendPing(connection, flag.ack, payload);
  else if (connection.isDrainAsked && payload.equals(drainPing)) announceLastStream(connection);
}

/** Takes PRIORITY, and does nothing: section 5.3.2. */
export function receivePriority(connection: Connection, frame: Frame): void {
  const { streamId, payload } = frame;
  spend(connection);
  if (streamId === 0) {
    throw new ConnectionFailure(errorCode.protocolError, 'PRIORITY on stream 0');
  }
  const isOwnParent = payload.length === 5 && (payload.readUInt32BE(0) & 0x7fff_ffff) === streamId;
  if (payload.length === 5 && !isOwnParent) return;
  const code = isOwnParent ? errorCode.protocolError : errorCode.frameSizeError;
  const stream = connection.streams.get(streamId);
  if (stream) abortStream(stream, code);
  else if (hasBegun(connection, streamId)) resetId(connection, streamId, code);
  // A stream that never began cannot be reset: section 6.4.
  else throw new ConnectionFailure(code, 'a PRIORITY that is none');
}

/** Takes GOAWAY: the peer opens nothing more, and what is open goes on. */
export function receiveGoaway(connection: Connection, { streamId, payload }: Frame): void {
  spend(connection);
  if (streamId !== 0) throw new ConnectionFailure(errorCode.protocolError, 'GOAWAY on a stream');
  if (payload.length < 8) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'GOAWAY has 8 bytes at least');
  }
}

/** While it drains every stream of the peer's may have begun: what is beyond is not looked at. */
function hasBegun(connection: Connection, streamId: number): boolean {
  if (streamId > 0 && streamId <= connection.highestStreamId) return true;
  return connection.state === 'draining' && streamId % 2 === 1;
}

function checkBegan(connection: Connection, streamId: number): void {
  if (hasBegun(connection, streamId)) return;
  throw new ConnectionFailure(errorCode.protocolError, 'a frame on a stream that never began');
}
