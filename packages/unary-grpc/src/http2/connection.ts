import type { Socket } from 'node:net';
import type { HeaderDecoder, HeaderEncoder, HeaderFields } from '../hpack/index.ts';
import type { Limits } from '../limits.ts';
import type { Budget } from './budget.ts';
import type { ConnectionFailure } from './connection-failure.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Output } from './output.ts';
import type { RequestHead } from './request-head.ts';

/** What is above HTTP/2: told of every stream, in the order of its frames. */
export interface StreamEvents {
  /** A request begins; its headers keep the rules of HTTP/2. */
  onRequest(stream: Stream): void;
  /** Some of its body, valid until this returns; `isEnd` when it is the last. May be empty. */
  onData(stream: Stream, bytes: Buffer, isEnd: boolean): void;
  /** The peer has given the stream up, or the connection is gone: nothing can be answered. */
  onAbort(stream: Stream): void;
}

/** What every connection of a server shares. */
export interface ConnectionOptions {
  readonly limits: Limits;
  readonly events: StreamEvents;
  readonly counts: Counts;
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs: () => number;
  /** Told when a connection ends because of what its peer did. */
  readonly onFailure: (failure: ConnectionFailure) => void;
}

/** What a server has seen since its start. */
export interface Counts {
  connections: number;
  /** Connections closed at once because too many were open. */
  connectionRefusals: number;
  streams: number;
  resets: number;
  refusals: number;
  failures: number;
}

/** One peer. Plain state; what happens to it is done by the functions beside. */
export interface Connection {
  readonly socket: Socket;
  readonly options: ConnectionOptions;
  readonly output: Output;
  readonly reader: FrameReader;
  readonly decoder: HeaderDecoder;
  readonly encoder: HeaderEncoder;
  readonly budget: Budget;
  readonly peer: PeerSettings;
  readonly streams: Map<number, Stream>;
  /** Streams whose answer waits for the connection's window, or for the peer to read. */
  readonly ready: Set<Stream>;
  /** Streams whose answer has no body, and waits for the peer to read. */
  readonly unread: Set<Stream>;
  /** Streams whose answer waits for their own window: only that can help them. */
  readonly blocked: Set<Stream>;
  /**
   * Streams that this side has reset lately, and how many bytes may be on their way for them still:
   * these are ignored.
   */
  readonly resetIds: Map<number, number>;
  /** Streams that this side has ended, and that the peer may reset before it has read that. */
  crossingResets: number;
  /** `draining`: the last stream has been announced. `closed`: nothing is read or said any more. */
  state: 'preface' | 'open' | 'draining' | 'closed';
  /** The peer has been asked to say when it knows of the end. */
  isDrainAsked: boolean;
  highestStreamId: number;
  sendWindowBytes: number;
  receiveWindowBytes: number;
  /** No stream has a larger `extraWindowBytes`; perhaps none has one as large. */
  extraWindowBytesMax: number;
  /** Some of `ready` waits for the peer to read, and goes on when it has. */
  isCongested: boolean;
  /** Bytes that are kept for calls: headers, messages, answers. */
  heldBytes: number;
  /** Calls that are worked on, also those whose stream is gone. */
  calls: number;
  block: HeaderBlock | undefined;
  readonly times: ConnectionTimes;
}

/** When things happened, by the server's clock; 0 is never. */
interface ConnectionTimes {
  readonly openedMs: number;
  receivedMs: number;
  /** Since when a frame is incomplete. */
  partialSinceMs: number;
  /** Since when the peer takes nothing of what was written. */
  unsentSinceMs: number;
  pingedMs: number;
}

/** What the peer has asked for. */
interface PeerSettings {
  initialWindowBytes: number;
  hasSettled: boolean;
  /** It has read our settings, and keeps to their windows. */
  hasAcknowledged: boolean;
}

/** A block of headers that is not complete. */
interface HeaderBlock {
  readonly streamId: number;
  readonly flags: number;
  /** Room for the largest block; filled up to `bytes`. */
  readonly held: Buffer;
  readonly sinceMs: number;
  bytes: number;
}

/** One request and its answer. */
export interface Stream {
  readonly id: number;
  readonly connection: Connection;
  readonly head: RequestHead;
  readonly startedMs: number;
  /** The peer has sent its last byte. */
  isReceived: boolean;
  /** The whole answer has been handed over, perhaps not yet written. */
  isAnswered: boolean;
  /** Its window less the peer's initial one, which so may change for all streams at once. */
  extraWindowBytes: number;
  receiveWindowBytes: number;
  /** Used up, and not yet given back to the peer. */
  unusedWindowBytes: number;
  receivedBytes: number;
  answer: WaitingAnswer | undefined;
  /** A request that is short by its kind, and must not be left open. */
  endsSoon: boolean;
  /** What is above keeps its own state here. */
  call: unknown;
}

/** The part of an answer that waits for a window, or for the peer to read. */
interface WaitingAnswer {
  /** May be none: then only the trailers wait. */
  readonly bytes: Uint8Array;
  at: number;
  /** What it counts of the bytes that a connection may hold. */
  readonly heldBytes: number;
  /** Absent: its last byte is the end. */
  readonly trailers: HeaderFields | undefined;
  /** Since when nothing of it could be sent. */
  sinceMs: number;
}
