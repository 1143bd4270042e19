import { abortStream, loseStream } from './abort-stream.ts';
import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { announceLastStream, drainPing } from './end-connection.ts';
import { errorCode, flag, setting, windowBytesMax } from './protocol.ts';
import type { Frame } from './receive-frame.ts';
import { resetId, sendPing, sendSettingsAck, sendWaiting, sendWaitingOf } from './send.ts';
import { readSettings } from './settings.ts';
import { spend } from './spend.ts';

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
    return;
  }
  let initialWindowBytes = connection.peer.initialWindowBytes;
  for (const { id, value } of readSettings(payload)) {
    if (id === setting.initialWindowBytes) initialWindowBytes = value;
    if (id === setting.headerTableBytes) connection.encoder.limitTable(value);
  }
  // The last value alone: a frame may have thousands, and each would touch every stream.
  changeInitialWindow(connection, initialWindowBytes);
  connection.peer.hasSettled = true;
  sendSettingsAck(connection);
  sendWaiting(connection);
}

/** Changes the windows of open streams, too, perhaps below zero: RFC 9113, section 6.9.2. */
function changeInitialWindow(connection: Connection, bytes: number): void {
  const change = bytes - connection.peer.initialWindowBytes;
  if (change === 0) return;
  connection.peer.initialWindowBytes = bytes;
  for (const stream of connection.streams.values()) {
    stream.sendWindowBytes += change;
    if (stream.sendWindowBytes > windowBytesMax) {
      throw new ConnectionFailure(errorCode.flowControlError, 'a window grew too large');
    }
  }
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
    stream.sendWindowBytes += bytes;
    if (stream.sendWindowBytes <= windowBytesMax) sendWaitingOf(stream);
    else abortStream(stream, errorCode.flowControlError);
  }
}

/** Takes RST_STREAM: its call is cancelled, and only its. */
export function receiveReset(connection: Connection, frame: Frame): void {
  const { streamId, payload } = frame;
  spend(connection);
  if (payload.length !== 4) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'RST_STREAM has 4 bytes');
  }
  checkBegan(connection, streamId);
  connection.options.counts.resets += 1;
  const stream = connection.streams.get(streamId);
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
  else if (payload.equals(drainPing)) announceLastStream(connection);
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
  else resetId(connection, streamId, code);
}

/** Takes GOAWAY: the peer opens nothing more, and what is open goes on. */
export function receiveGoaway(connection: Connection, { streamId, payload }: Frame): void {
  spend(connection);
  if (streamId !== 0) throw new ConnectionFailure(errorCode.protocolError, 'GOAWAY on a stream');
  if (payload.length < 8) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'GOAWAY has 8 bytes at least');
  }
}

function checkBegan(connection: Connection, streamId: number): void {
  if (streamId > 0 && streamId <= connection.highestStreamId) return;
  if (connection.state === 'draining' && streamId % 2 === 1) return;
  throw new ConnectionFailure(errorCode.protocolError, 'a frame on a stream that never began');
}
