import { connect, type Socket } from 'node:net';
import { createFrameReader, type ReceivedFrame } from './frame-reader.ts';
import { flags, frame, frameTypes } from './frames.ts';
import type { LoadPlan } from './load-plan.ts';
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
  plan: LoadPlan,
  onAnswer: OnAnswer,
): Promise<LoadConnection> {
  const readOutcome = plan.kind === 'http' ? readHttpOutcome : readGrpcOutcome;
  const ready = Promise.withResolvers<void>();
  const streams = createOpenStreams(onAnswer);
  const sender = createSender(questionTemplates(plan));
  const read = createFrameReader(receive);
  let nowMs = 0;
  let isLost = false;

  const socket = openSocket(address, (chunk) => {
    nowMs = performance.now();
    read(chunk);
    flush();
  });
  socket.on('error', lose).on('close', () => lose(new Error('the connection was closed')));

  function receive({ type, flag, stream, bytes, at, length }: ReceivedFrame): void {
    if (type === frameTypes.data || type === frameTypes.headers) {
      streams.note(stream, readOutcome(type, bytes, at, length));
      if (flag & flags.endStream) streams.end(stream, 'error', nowMs);
      if (type === frameTypes.data) sender.received(length);
    } else if (type === frameTypes.resetStream) {
      streams.end(stream, 'reset', nowMs);
    } else if (type === frameTypes.windowUpdate) {
      if (stream === 0) sender.widen(bytes.readUInt32BE(at));
    } else {
      receiveControl(type, flag, Buffer.from(bytes.subarray(at, at + length)));
    }
  }

  function receiveControl(type: number, flag: number, payload: Buffer): void {
    if (type === frameTypes.goAway) lose(new Error('the server sent GOAWAY'));
    if (flag & flags.ack) return;
    if (type === frameTypes.ping) sender.control(frame(type, { flag: flags.ack, payload }));
    if (type !== frameTypes.settings) return;
    refuseSmallTable(payload);
    sender.control(frame(type, { flag: flags.ack }));
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
    ...placeOf(address),
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

function placeOf(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
}

/** The prepared header blocks use the default table of 4,096 bytes. */
function refuseSmallTable(settings: Buffer): void {
  for (let at = 0; at + 6 <= settings.length; at += 6) {
    if (settings.readUInt16BE(at) === 1 && settings.readUInt32BE(at + 2) < 4_096) {
      throw new Error('the server wants a smaller header table than this client knows to keep');
    }
  }
}
