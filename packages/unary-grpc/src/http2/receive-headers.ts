import { CompressionError, type HeaderList } from '../hpack/index.ts';
import { abortStream } from './abort-stream.ts';
import type { Connection, Stream } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import type { Frame } from './frame.ts';
import { defaultWindowBytes, type ErrorCode, errorCode, flag } from './protocol.ts';
import { faultOfTrailers, type RequestHead, readRequestHead } from './request-head.ts';
import { refuseId, resetId } from './send.ts';
import { spend } from './spend.ts';
import { unpad } from './unpad.ts';

const priorityBytes = 5;
/** Requests whose headers are the same bytes have the same list, and so the same head. */
const heads = new WeakMap<HeaderList, RequestHead>();

/** Takes HEADERS: a request or its trailers, or the first part of them. */
export function receiveHeaders(connection: Connection, frame: Frame): void {
  const { streamId, flags } = frame;
  if (streamId % 2 === 0) {
    throw new ConnectionFailure(errorCode.protocolError, 'a client opens odd streams');
  }
  let block = unpad(frame.payload, flags);
  if ((flags & flag.priority) !== 0) {
    if (block.length < priorityBytes) {
      throw new ConnectionFailure(errorCode.frameSizeError, 'a priority has 5 bytes');
    }
    const isOwnParent = (block.readUInt32BE(0) & 0x7fff_ffff) === streamId;
    // A stream error by RFC 7540; whoever sends it is broken, and ends simply.
    if (isOwnParent) {
      throw new ConnectionFailure(errorCode.protocolError, 'a stream depends on itself');
    }
    block = block.subarray(priorityBytes);
  }
  checkBlockBytes(connection, block.length);
  if ((flags & flag.endHeaders) !== 0) {
    receiveBlock(connection, { streamId, flags, block });
    return;
  }
  const sinceMs = connection.options.nowMs();
  const held = Buffer.allocUnsafeSlow(connection.options.limits.headerBlockBytesMax);
  held.set(block);
  connection.block = { streamId, flags, held, sinceMs, bytes: block.length };
}

/** Takes CONTINUATION: more of a block that is bounded in bytes, and in frames by the budget. */
export function receiveContinuation(connection: Connection, frame: Frame): void {
  const { block } = connection;
  if (!block || block.streamId !== frame.streamId) {
    throw new ConnectionFailure(errorCode.protocolError, 'CONTINUATION of nothing');
  }
  spend(connection);
  checkBlockBytes(connection, block.bytes + frame.payload.length);
  block.held.set(frame.payload, block.bytes);
  block.bytes += frame.payload.length;
  if ((frame.flags & flag.endHeaders) === 0) return;
  connection.block = undefined;
  const { streamId, flags, held, bytes } = block;
  receiveBlock(connection, { streamId, flags, block: held.subarray(0, bytes) });
}

function checkBlockBytes(connection: Connection, bytes: number): void {
  if (bytes <= connection.options.limits.headerBlockBytesMax) return;
  throw new ConnectionFailure(errorCode.enhanceYourCalm, 'a block of headers without end');
}

interface WholeBlock {
  readonly streamId: number;
  readonly flags: number;
  readonly block: Buffer;
}

/** Every block is decoded, whatever becomes of its stream: the next ones build on its table. */
function receiveBlock(connection: Connection, { streamId, flags, block }: WholeBlock): void {
  const list = decode(connection, block);
  const isEnd = (flags & flag.endStream) !== 0;
  if (streamId > connection.highestStreamId) {
    openStream(connection, streamId, { list, isEnd });
    return;
  }
  const stream = connection.streams.get(streamId);
  if (stream && !stream.isReceived) receiveTrailers(stream, { list, isEnd });
  else if (connection.resetIds.has(streamId)) spend(connection);
  else throw new ConnectionFailure(errorCode.streamClosed, 'HEADERS on a stream that has ended');
}

function decode(connection: Connection, block: Buffer): HeaderList {
  try {
    return connection.decoder.decode(block);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    throw new ConnectionFailure(errorCode.compressionError, error.message, { cause: error });
  }
}

function openStream(
  connection: Connection,
  streamId: number,
  { list, isEnd }: { list: HeaderList; isEnd: boolean },
): void {
  // After the last stream has been announced, later ones are as if they had never been sent.
  if (connection.state === 'draining') return spend(connection);
  connection.highestStreamId = streamId;
  const { peer } = connection;
  const { limits, counts, events, nowMs } = connection.options;
  counts.streams += 1;
  let head = heads.get(list);
  if (!head) heads.set(list, (head = readRequestHead(list)));
  const isFull =
    connection.streams.size >= limits.streamsMax ||
    connection.calls >= limits.callsMax ||
    connection.heldBytes + head.bytes > limits.heldBytesMax;
  // Free: it costs less than an answer, and whoever is honest cannot know that we are full.
  if (isFull) return refuseId(connection, streamId);
  if (head.fault !== undefined || (isEnd && (head.contentBytes ?? 0) > 0)) {
    refuse(connection, streamId, errorCode.protocolError);
    return;
  }
  const stream: Stream = {
    id: streamId,
    connection,
    head,
    startedMs: nowMs(),
    isReceived: isEnd,
    isAnswered: false,
    extraWindowBytes: 0,
    receiveWindowBytes: peer.hasAcknowledged
      ? limits.streamWindowBytes
      : // What it has not read it cannot keep: until then the protocol's own window is promised.
        Math.max(defaultWindowBytes, limits.streamWindowBytes),
    unusedWindowBytes: 0,
    receivedBytes: 0,
    answer: undefined,
    endsSoon: true,
    call: undefined,
  };
  connection.streams.set(streamId, stream);
  connection.heldBytes += head.bytes;
  events.onRequest(stream);
}

/** Refusing costs the peer: it may have sent the stream for no other purpose. */
function refuse(connection: Connection, streamId: number, code: ErrorCode): void {
  spend(connection);
  resetId(connection, streamId, code);
}

function receiveTrailers(
  stream: Stream,
  { list, isEnd }: { list: HeaderList; isEnd: boolean },
): void {
  const { head, receivedBytes } = stream;
  const isShort = head.contentBytes !== undefined && receivedBytes !== head.contentBytes;
  if (!isEnd || isShort || faultOfTrailers(list.fields) !== undefined) {
    abortStream(stream, errorCode.protocolError);
    return;
  }
  stream.isReceived = true;
  stream.connection.options.events.onData(stream, Buffer.alloc(0), true);
}
