import type { Connection } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { errorCode } from './protocol.ts';

/** Counts a frame that moves nothing. @throws ConnectionFailure when there were too many. */
export function spend(connection: Connection): void {
  if (connection.budget.spend()) return;
  throw new ConnectionFailure(errorCode.enhanceYourCalm, 'too many frames that move nothing');
}
