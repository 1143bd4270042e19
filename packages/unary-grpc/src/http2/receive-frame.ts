import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import type { Frame } from './frame.ts';
import { errorCode, frameType } from './protocol.ts';
import {
  receiveGoaway,
  receivePing,
  receivePriority,
  receiveReset,
  receiveSettings,
  receiveWindowUpdate,
} from './receive-control.ts';
import { receiveData } from './receive-data.ts';
import { receiveContinuation, receiveHeaders } from './receive-headers.ts';
import { spend } from './spend.ts';

/** Takes one frame. @throws ConnectionFailure when the connection must end. */
export function receiveFrame(connection: Connection, type: number, frame: Frame): void {
  if (connection.state === 'closed') return;
  if (connection.block && type !== frameType.continuation) {
    throw new ConnectionFailure(errorCode.protocolError, 'a frame within a block of headers');
  }
  if (!connection.peer.hasSettled && type !== frameType.settings) {
    throw new ConnectionFailure(errorCode.protocolError, 'the first frame is SETTINGS');
  }
  switch (type) {
    case frameType.data:
      return receiveData(connection, frame);
    case frameType.headers:
      return receiveHeaders(connection, frame);
    case frameType.continuation:
      return receiveContinuation(connection, frame);
    case frameType.windowUpdate:
      return receiveWindowUpdate(connection, frame);
    case frameType.rstStream:
      return receiveReset(connection, frame);
    case frameType.ping:
      return receivePing(connection, frame);
    case frameType.settings:
      return receiveSettings(connection, frame);
    case frameType.priority:
      return receivePriority(connection, frame);
    case frameType.goaway:
      return receiveGoaway(connection, frame);
    case frameType.pushPromise:
      throw new ConnectionFailure(errorCode.protocolError, 'a client does not push');
    default:
      // Kinds that are not known are extensions, to be ignored: section 4.1.
      return spend(connection);
  }
}
