import type { GrpcError } from './grpc-error.ts';

/** What a handler knows of its call. */
export interface Call {
  /**
   * A field of the caller's headers, by its lower-case name; of a repeated one the values with
   * commas between. Fields that end in `-bin` are base64 still.
   */
  metadata(name: string): string | undefined;
  /** Aborted when nobody waits for the answer any more: cancelled, too late, or disconnected. */
  readonly signal: AbortSignal;
}

/**
 * The work behind a path. Messages are bytes, as a codec makes them. Whoever throws a `GrpcError`
 * answers its status; anything else thrown answers what `statusOf` makes of it, or without one
 * UNKNOWN, and tells the caller nothing.
 */
export type Method = Work & {
  /** Asked for what is thrown and is no `GrpcError`. Must not throw. */
  readonly statusOf?: ((error: unknown) => GrpcError) | undefined;
};

type Work =
  | {
      readonly kind: 'unary';
      /** `message` is a view of what was received: valid until this returns, not until it resolves. */
      readonly handle: (message: Uint8Array, call: Call) => Uint8Array | Promise<Uint8Array>;
    }
  | {
      readonly kind: 'clientStreaming';
      /** Reads as fast as it likes; the peer is slowed down to that. */
      readonly handle: (messages: AsyncIterable<Uint8Array>, call: Call) => Promise<Uint8Array>;
    };
