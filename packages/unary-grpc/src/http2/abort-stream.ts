import type { Stream } from './connection.ts';
import type { ErrorCode } from './protocol.ts';
import { removeStream } from './remove-stream.ts';
import { resetStream } from './send.ts';

/** Resets a stream for what the peer did, and tells what is above. */
export function abortStream(stream: Stream, code: ErrorCode): void {
  resetStream(stream, code);
  stream.connection.options.events.onAbort(stream);
}

/** The peer has reset the stream, or is gone. */
export function loseStream(stream: Stream): void {
  stream.isAnswered = true;
  removeStream(stream);
  stream.connection.options.events.onAbort(stream);
}
