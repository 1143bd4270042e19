import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { errorCode } from './protocol.ts';

/** Streams that are looked at for one token: about the work of one small frame. */
const streamsPerToken = 32;

/**
 * Counts a frame that moves nothing, or work worth several. @throws ConnectionFailure when there was
 * too much of it.
 */
export function spend(connection: Connection, tokens = 1): void {
  if (connection.budget.spend(tokens)) return;
  throw new ConnectionFailure(errorCode.enhanceYourCalm, 'too many frames that move nothing');
}

/** Counts work that touches so many streams. @throws ConnectionFailure as `spend` does. */
export function spendOnStreams(connection: Connection, streams: number): void {
  spend(connection, Math.ceil(streams / streamsPerToken));
}
