import type { ErrorCode } from './protocol.ts';

/**
 * A peer broke the protocol, or a bound: its connection ends with GOAWAY, or without a word when it
 * does not read, and no other one.
 */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  /** What GOAWAY says, or would have said. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
