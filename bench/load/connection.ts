import { connect, type Socket } from 'node:net';
import {
  connectOptions,
  createFrameReader,
  encodeFrame,
  flag,
  frameType,
  readSettings,
  setting,
} from '@tollgate/unary-grpc/frames';
import type { Question } from './load-plan.ts';
import { createOpenStreams, type OnAnswer } from './open-streams.ts';
import { questionTemplates } from './questions.ts';
import { readGrpcOutcome, readHttpOutcome } from './read-outcome.ts';
import type { RequestIds } from './request-template.ts';
import { createSender } from './sender.ts';

/** One HTTP/2 connection that asks prepared questions and does as little else as it can. */
export interface LoadConnection {
  /** Puts a question into the next `flush`. On a lost connection its outcome is `lost`. */
  ask(ids: RequestIds, nowMs: number): void;
  /** Sends what was asked since the last one, in one write. */
  flush(): void;
  close(): void;
}

const readBytes = 256 * 1024;

/**
 * Connects and waits for the server's settings. Answers are not decoded but for what says the
 * outcome; most of their header blocks are not read at all.
 */
export async function openConnection(
  address: string,
  question: Question,
  onAnswer: OnAnswer,
): Promise<LoadConnection> {
  const readOutcome = question.kind === 'http' ? readHttpOutcome : readGrpcOutcome;
  const ready = Promise.withResolvers<void>();
  const streams = createOpenStreams(onAnswer);
  const sender = createSender(questionTemplates(question));
  let nowMs = 0;
  let isLost = false;

  const reader = createFrameReader(({ type, flags, streamId }, bytes, start, end) => {
    if (type === frameType.data || type === frameType.headers) {
      streams.note(streamId, readOutcome(type, bytes, start, end));
      if (flags & flag.endStream) streams.end(streamId, 'error', nowMs);
      if (type === frameType.data) sender.received(end - start);
    } else if (type === frameType.rstStream) {
      streams.end(streamId, 'reset', nowMs);
    } else if (type === frameType.windowUpdate) {
      if (streamId === 0) sender.widen(bytes.readUInt32BE(start));
    } else {
      receiveControl(type, flags, bytes.subarray(start, end));
    }
  });

  const socket = openSocket(address, (chunk) => {
    nowMs = performance.now();
    reader.push(chunk);
    flush();
  });
  socket.on('error', lose).on('close', () => lose(new Error('the connection was closed')));

  function receiveControl(type: number, flags: number, payload: Buffer): void {
    if (type === frameType.goaway) lose(new Error('the server sent GOAWAY'));
    if (flags & flag.ack) return;
    if (type === frameType.ping) sender.control(encodeFrame(type, { flags: flag.ack }, payload));
    if (type !== frameType.settings) return;
    refuseSmallTable(payload);
    sender.control(encodeFrame(type, { flags: flag.ack }));
    ready.resolve();
  }

  function flush(): void {
    const bytes = isLost ? undefined : sender.take();
    if (bytes) socket.write(bytes);
  }

  function lose(error: Error): void {
    isLost = true;
    ready.reject(error);
    streams.endAll('lost', performance.now());
  }

  flush();
  await ready.promise;
  return {
    ask(ids, askedMs) {
      if (isLost) return onAnswer('lost', 0, askedMs);
      streams.open(askedMs);
      sender.request(ids);
    },
    flush,
    close: () => void socket.destroy(),
  };
}

/** Reads into one buffer, again and again: a chunk is good until `onChunk` returns. */
function openSocket(address: string, onChunk: (chunk: Buffer) => void): Socket {
  return connect({
    ...connectOptions(address),
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(readBytes),
      callback(count, { buffer, byteOffset }) {
        onChunk(Buffer.from(buffer, byteOffset, count));
        return true;
      },
    },
  });
}

/** The prepared header blocks use the default table of 4,096 bytes. */
function refuseSmallTable(payload: Buffer): void {
  for (const { id, value } of readSettings(payload)) {
    if (id !== setting.headerTableBytes || value >= 4_096) continue;
    throw new Error('the server wants a smaller header table than this client knows to keep');
  }
}
