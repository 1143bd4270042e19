/** Every bound of a server; each connection has its own, so that none can use up another's. */
export interface Limits {
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
   * Bytes of the headers of open calls, of incomplete messages, of messages that their handler has
   * not read, and of answers that wait, all together.
   */
  readonly heldBytesMax: number;
  /** A block of headers as sent, compressed. */
  readonly headerBlockBytesMax: number;
  /** A list of headers decompressed: names, values, and 32 bytes for each. */
  readonly headerListBytesMax: number;
  /** Fields of one list of headers. */
  readonly headerFieldsMax: number;
  /** What a peer may send of a stream before it hears from us. */
  readonly streamWindowBytes: number;
  /** What a peer may send on a connection before it hears from us. */
  readonly connectionWindowBytes: number;
  /**
   * Bytes written that the peer has not read yet; beyond it nothing more is read from it, and
   * answers wait.
   */
  readonly unsentBytesMax: number;
  /**
   * Frames that move nothing: pings, settings, resets, priorities, empty data, continuations,
   * unknown kinds. A connection may send so many at once …
   */
  readonly idleFramesMax: number;
  /** … and so many each second. A call answered is worth four more, one worked on in vain, one. */
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
