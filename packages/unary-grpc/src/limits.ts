/**
 * Every bound of a server; but for the first, each connection has its own, so that none can use up
 * another's. What is fixed, because nobody needs another value: the table of HPACK (4,096 bytes,
 * `open-connection.ts`), reset streams that are remembered (`send.ts`), buffers of written frames
 * (`write-queue.ts`), a refused body of what is not gRPC (`serve-calls.ts`), the text of a status
 * (`status-message.ts`), and the time for last words (`end-connection.ts`).
 */
export interface Limits {
  /** Connections open at once; the next one is closed as soon as it is taken. */
  readonly connectionsMax: number;
  /** Streams open at once, as announced; the next one is refused, which is safe to retry. */
  readonly streamsMax: number;
  /**
   * Calls being worked on at once, also those whose caller has gone. Beyond it streams are refused:
   * resetting a stream early does not buy more work than waiting for its answer.
   */
  readonly callsMax: number;
  /** Largest message either way, without its prefix of 5 bytes. */
  readonly messageBytesMax: number;
  /**
   * Bytes of the headers of open calls, of incomplete messages (the memory that was taken for them),
   * of messages that their handler works on or has not read, and of answers that wait, all together.
   * Those of a cancelled call count until its handler ends.
   */
  readonly heldBytesMax: number;
  /** A block of headers as sent, compressed. */
  readonly headerBlockBytesMax: number;
  /** A list of headers decompressed: names, values, and 32 bytes for each. */
  readonly headerListBytesMax: number;
  /** Fields of one list of headers. */
  readonly headerFieldsMax: number;
  /** What a peer may send of a stream before it hears from us; 65,535 at least until it knows. */
  readonly streamWindowBytes: number;
  /** What a peer may send on a connection before it hears from us. */
  readonly connectionWindowBytes: number;
  /**
   * Bytes written that the peer has not read yet; beyond it nothing more is read from it, and
   * answers wait.
   */
  readonly unsentBytesMax: number;
  /**
   * Frames that move nothing: pings, settings, priorities, windows, empty data, continuations,
   * resets of what has not been worked on, unknown kinds. A connection may send so many at once …
   */
  readonly idleFramesMax: number;
  /** … and so many each second. A call that a handler has answered is worth four more. */
  readonly idleFramesPerSecond: number;
  /** From connecting to the preface; from the first byte of a frame or block to its last. */
  readonly frameTimeoutMs: number;
  /** From the first frame of a unary request to its last. */
  readonly requestTimeoutMs: number;
  /** How long an answer waits for a window, and written bytes for a reader. */
  readonly stallTimeoutMs: number;
  /** Silence after which a ping asks whether the peer is still there. */
  readonly pingAfterMs: number;
  /** How long its answer is awaited. */
  readonly pingTimeoutMs: number;
  /** How often all that is looked after: what lasts too long ends at most this much later. */
  readonly maintainEveryMs: number;
}

/** Roomy for a few proxies that call without pause, and no more than 40 MiB for a bad peer. */
export const defaultLimits: Limits = {
  connectionsMax: 1_024,
  streamsMax: 4_096,
  callsMax: 8_192,
  messageBytesMax: 4_194_304,
  heldBytesMax: 33_554_432,
  headerBlockBytesMax: 32_768,
  headerListBytesMax: 16_384,
  headerFieldsMax: 128,
  streamWindowBytes: 262_144,
  connectionWindowBytes: 4_194_304,
  unsentBytesMax: 1_048_576,
  idleFramesMax: 20_000,
  idleFramesPerSecond: 2_000,
  frameTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  stallTimeoutMs: 20_000,
  pingAfterMs: 30_000,
  pingTimeoutMs: 10_000,
  maintainEveryMs: 1_000,
};
