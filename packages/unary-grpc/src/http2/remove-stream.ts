import type { Connection, Stream } from './connection.ts';

/** Forgets a stream that is over. */
export function removeStream(stream: Stream): void {
  const { connection } = stream;
  forgetWaiting(stream);
  if (connection.streams.delete(stream.id)) connection.heldBytes -= stream.head.bytes;
  endWhenIdle(connection);
}

/** Forgets what of an answer has not been sent. */
export function forgetWaiting(stream: Stream): void {
  const { connection, answer } = stream;
  if (!answer) return;
  connection.heldBytes -= answer.heldBytes;
  connection.unread.delete(stream);
  connection.ready.delete(stream);
  connection.blocked.delete(stream);
  stream.answer = undefined;
}

/** Closes a draining connection that has nothing left to do. */
export function endWhenIdle(connection: Connection): void {
  if (connection.state !== 'draining' || connection.streams.size > 0) return;
  connection.output.finish();
  connection.socket.end();
}
