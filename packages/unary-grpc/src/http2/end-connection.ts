import { loseStream } from './abort-stream.ts';
import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { errorCode, windowBytesMax } from './protocol.ts';
import { endWhenIdle } from './remove-stream.ts';
import { sendGoaway, sendPing } from './send.ts';

/** Asks the peer to say when it has read that no more streams will be taken. */
export const drainPing = Buffer.from('tg-drain', 'latin1');

/** How long a peer may take to read why its connection ends, in milliseconds. */
const lastWordsMs = 1_000;

/**
 * Ends a connection for what its peer did: says why, tells every open call, and closes. Everything
 * that comes still is dropped.
 */
export function failConnection(connection: Connection, error: unknown): void {
  if (connection.state === 'closed') return;
  const failure =
    error instanceof ConnectionFailure
      ? error
      : new ConnectionFailure(errorCode.internalError, 'the server failed', { cause: error });
  const { code, message } = failure;
  connection.options.counts.failures += 1;
  sendGoaway(connection, { lastStreamId: connection.highestStreamId, code, reason: message });
  close(connection);
  connection.options.onFailure(failure);
}

/** Sends what has been said, and hears nothing more. */
function close(connection: Connection): void {
  const { socket } = connection;
  connection.output.finish();
  connection.state = 'closed';
  loseAll(connection);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), lastWordsMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Ends a connection whose peer would not read why: the failure is told to this side alone. */
export function cutConnection(connection: Connection, failure: ConnectionFailure): void {
  if (connection.state === 'closed') return;
  connection.options.counts.failures += 1;
  connection.socket.destroy();
  closeConnection(connection);
  connection.options.onFailure(failure);
}

/** The socket is gone: so are all calls of the connection. */
export function closeConnection(connection: Connection): void {
  connection.state = 'closed';
  loseAll(connection);
}

/**
 * Begins to end a connection in peace, RFC 9113, section 6.8: announces it, takes what the peer has
 * sent before it read that, and closes when the last call is answered.
 */
export function drainConnection(connection: Connection): void {
  if (connection.state === 'closed' || connection.isDrainAsked) return;
  if (connection.state === 'preface') {
    // Nothing has been taken, and what may be on its way will not be.
    sendGoaway(connection, { lastStreamId: 0, code: errorCode.noError });
    close(connection);
    return;
  }
  sendGoaway(connection, { lastStreamId: windowBytesMax, code: errorCode.noError });
  connection.isDrainAsked = true;
  sendPing(connection, 0, drainPing);
}

/** From now on nothing new is taken. */
export function announceLastStream(connection: Connection): void {
  if (connection.state === 'closed' || connection.state === 'draining') return;
  connection.state = 'draining';
  const { highestStreamId: lastStreamId } = connection;
  sendGoaway(connection, { lastStreamId, code: errorCode.noError });
  endWhenIdle(connection);
}

function loseAll(connection: Connection): void {
  // Each removes itself, which a Map allows while it is walked.
  for (const stream of connection.streams.values()) loseStream(stream);
}
