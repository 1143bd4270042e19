import type { Socket } from 'node:net';
import { createHeaderDecoder, createHeaderEncoder } from '../hpack/index.ts';
import { createBudget } from './budget.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { closeConnection, failConnection } from './end-connection.ts';
import type { Frame } from './frame.ts';
import { createFrameReader } from './frame-reader.ts';
import { createOutput } from './output.ts';
import { clientPreface, defaultWindowBytes, errorCode, frameType } from './protocol.ts';
import { receiveFrame } from './receive-frame.ts';
import { sendWaiting, sendWindowUpdate } from './send.ts';
import { serverSettings } from './settings.ts';

/** Size of the table that peers may fill; what every peer assumes. RFC 9113, section 6.5.2. */
const headerTableBytes = 4_096;

/** Speaks HTTP/2 on a socket whose peer begins with the preface. */
export function openConnection(socket: Socket, options: ConnectionOptions): Connection {
  const connection = createConnection(socket, options);
  options.counts.connections += 1;
  const { limits } = options;
  connection.output.frame(frameType.settings, 0, 0, serverSettings(limits));
  const more = limits.connectionWindowBytes - defaultWindowBytes;
  if (more > 0) sendWindowUpdate(connection, 0, more);

  const takePreface = createPrefaceReader();
  socket.on('data', (chunk: Buffer) => {
    if (connection.state === 'closed') return;
    try {
      const frames = connection.state === 'preface' ? takePreface(connection, chunk) : chunk;
      if (frames) receive(connection, frames);
    } catch (error) {
      failConnection(connection, error);
    }
  });
  // What follows an error is a close.
  socket.on('error', () => closeConnection(connection));
  socket.on('close', () => closeConnection(connection));
  return connection;
}

function receive(connection: Connection, chunk: Buffer): void {
  const { reader, times, options, output, socket } = connection;
  reader.push(chunk);
  // While it does not read, it is not read from: what it could ask for is bounded so.
  if (output.unsentBytes > options.limits.unsentBytesMax) socket.pause();
  times.receivedMs = options.nowMs();
  if (!reader.isWithinFrame) times.partialSinceMs = 0;
  else if (reader.hasMoved || times.partialSinceMs === 0) times.partialSinceMs = times.receivedMs;
}

function createConnection(socket: Socket, options: ConnectionOptions): Connection {
  const { limits, nowMs } = options;
  const frame: { -readonly [K in keyof Frame]: Frame[K] } = {
    flags: 0,
    streamId: 0,
    payload: Buffer.alloc(0),
  };
  const connection: Connection = {
    socket,
    options,
    output: createOutput((bytes, done) => write(connection, bytes, done)),
    reader: createFrameReader((head, bytes, start, end) => {
      frame.flags = head.flags;
      frame.streamId = head.streamId;
      frame.payload = bytes.subarray(start, end);
      receiveFrame(connection, head.type, frame);
    }),
    decoder: createHeaderDecoder({
      tableBytesMax: headerTableBytes,
      listBytesMax: limits.headerListBytesMax,
      fieldsMax: limits.headerFieldsMax,
    }),
    encoder: createHeaderEncoder(),
    budget: createBudget({
      tokensMax: limits.idleFramesMax,
      tokensPerSecond: limits.idleFramesPerSecond,
      nowMs,
    }),
    peer: {
      initialWindowBytes: defaultWindowBytes,
      hasSettled: false,
      hasAcknowledged: false,
    },
    streams: new Map(),
    unread: new Set(),
    ready: new Set(),
    blocked: new Set(),
    resetIds: new Map(),
    crossingResets: 0,
    state: 'preface',
    isDrainAsked: false,
    highestStreamId: 0,
    sendWindowBytes: defaultWindowBytes,
    receiveWindowBytes: Math.max(defaultWindowBytes, limits.connectionWindowBytes),
    extraWindowBytesMax: 0,
    isCongested: false,
    heldBytes: 0,
    calls: 0,
    block: undefined,
    times: {
      openedMs: nowMs(),
      receivedMs: nowMs(),
      partialSinceMs: 0,
      unsentSinceMs: 0,
      pingedMs: 0,
    },
  };
  return connection;
}

function write(connection: Connection, bytes: Buffer, done: () => void): void {
  const { socket, options, times, output } = connection;
  if (socket.destroyed || socket.writableEnded) return;
  socket.write(bytes, () => {
    done();
    goOn(connection);
    output.flush();
  });
  if (socket.writableLength > 0 && times.unsentSinceMs === 0) times.unsentSinceMs = options.nowMs();
}

/** The peer has read something: it is not stalled, and may get and ask for more. */
function goOn(connection: Connection): void {
  const { socket, options, times, output } = connection;
  if (connection.state === 'closed') return;
  times.unsentSinceMs = socket.writableLength > 0 ? options.nowMs() : 0;
  if (output.unsentBytes > options.limits.unsentBytesMax) return;
  if (connection.isCongested) {
    connection.isCongested = false;
    sendWaiting(connection);
  }
  if (socket.isPaused()) socket.resume();
}

/** Checks the first 24 bytes, however they come; answers what follows them. */
function createPrefaceReader() {
  let checked = 0;
  return (connection: Connection, chunk: Buffer): Buffer | undefined => {
    const bytes = Math.min(chunk.length, clientPreface.length - checked);
    if (chunk.compare(clientPreface, checked, checked + bytes, 0, bytes) !== 0) {
      throw new ConnectionFailure(errorCode.protocolError, 'this is no HTTP/2');
    }
    checked += bytes;
    if (checked < clientPreface.length) return undefined;
    connection.state = 'open';
    return chunk.subarray(bytes);
  };
}
