import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import {
  clientPreface,
  connectOptions,
  createFrameReader,
  createHeaderDecoder,
  flag,
  frameType,
} from '../../src/frames.ts';
import { settingsAckFrame, settingsFrame } from './frames.ts';

/** A frame that the server has sent. */
interface ReceivedFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** What a stream was answered, as far as it has come. */
interface ReceivedAnswer {
  /** Of headers and trailers. */
  readonly fields: Map<string, string>;
  readonly data: Buffer[];
  /** The whole answer is here. */
  isEnded: boolean;
  /** The code of RST_STREAM. */
  resetCode: number | undefined;
}

/** A peer that says exactly what a test wants, over a real socket, and keeps what it hears. */
export interface RawPeer extends AsyncDisposable {
  readonly socket: Socket;
  /** Writes at once; answers when the system has taken it, or the connection is gone. */
  send(...bytes: Uint8Array[]): Promise<void>;
  /** The first frame, past or future, that matches. @throws Error when the connection ends before. */
  frame(matches: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame>;
  /** The answer to a stream, when it is whole or reset. */
  answer(streamId: number): Promise<ReceivedAnswer>;
  /** Why the server ends the connection. */
  goaway(): Promise<{ code: number; lastStreamId: number; reason: string }>;
  readonly answers: ReadonlyMap<number, ReceivedAnswer>;
  /** Lets go of everything that has been heard, for who listens long. */
  forget(): void;
  /** The server, or the system, has closed the connection. */
  readonly closed: Promise<void>;
}

/** Connects, and says nothing. */
export async function rawPeer(address: string): Promise<RawPeer> {
  const socket = createConnection(connectOptions(address));
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const heard = hear(socket);
  return {
    socket,
    ...heard,
    async send(...bytes) {
      if (socket.destroyed) return;
      const written = Promise.withResolvers<void>();
      socket.write(Buffer.concat(bytes), () => written.resolve());
      await Promise.race([written.promise, heard.closed]);
    },
    async answer(streamId) {
      await heard.frame(() => {
        const answer = heard.answers.get(streamId);
        return answer !== undefined && (answer.isEnded || answer.resetCode !== undefined);
      });
      return heard.answers.get(streamId) as ReceivedAnswer;
    },
    async goaway() {
      const isFinal = ({ type, payload }: ReceivedFrame) =>
        type === frameType.goaway && payload.readUInt32BE(4) !== 0;
      const { payload } = await heard.frame(isFinal);
      return {
        lastStreamId: payload.readUInt32BE(0),
        code: payload.readUInt32BE(4),
        reason: payload.toString('latin1', 8),
      };
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await heard.closed;
    },
  };
}

/** Connects as a client does: preface, settings, and the acknowledgement of the server's. */
export async function openPeer(
  address: string,
  settings: [id: number, value: number][] = [],
): Promise<RawPeer> {
  const peer = await rawPeer(address);
  await peer.send(clientPreface, settingsFrame(...settings));
  await peer.frame(({ type, flags }) => type === frameType.settings && (flags & flag.ack) === 0);
  await peer.send(settingsAckFrame);
  return peer;
}

function hear(socket: Socket) {
  const frames: ReceivedFrame[] = [];
  const answers = new Map<number, ReceivedAnswer>();
  const waiters = new Set<() => void>();
  const decoder = createHeaderDecoder({
    tableBytesMax: 4_096,
    listBytesMax: 65_536,
    fieldsMax: 1_000,
  });
  const reader = createFrameReader(({ type, flags, streamId }, chunk, start, end) => {
    const one = { type, flags, streamId, payload: copyOf(chunk.subarray(start, end)) };
    frames.push(one);
    noteAnswer(answers, one, (block) => decoder.decode(block).fields);
  });
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    for (const wake of waiters) wake();
  });
  // A test that floods is cut off; what matters is what it heard before.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  async function frame(matches: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame> {
    let at = 0;
    for (;;) {
      for (; at < frames.length; at += 1) {
        const one = frames[at] as ReceivedFrame;
        if (matches(one)) return one;
      }
      if (socket.destroyed) throw new Error('The connection ended without the frame.');
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add(resolve);
      await Promise.race([promise, closed]);
      waiters.delete(resolve);
    }
  }
  const forget = () => {
    frames.length = 0;
    answers.clear();
  };
  return { frame, answers, forget, closed };
}

/** Memory of its own: a part of a shared buffer would keep all of it. */
function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

function noteAnswer(
  answers: Map<number, ReceivedAnswer>,
  { type, flags, streamId, payload }: ReceivedFrame,
  decode: (block: Buffer) => readonly string[],
): void {
  if (streamId === 0 || type === frameType.windowUpdate) return;
  let answer = answers.get(streamId);
  if (!answer) {
    answer = { fields: new Map(), data: [], isEnded: false, resetCode: undefined };
    answers.set(streamId, answer);
  }
  if (type === frameType.rstStream) answer.resetCode = payload.readUInt32BE(0);
  if (type === frameType.data) answer.data.push(payload);
  if (type === frameType.headers) {
    const fields = decode(payload);
    for (let at = 0; at < fields.length; at += 2) {
      answer.fields.set(fields[at] as string, fields[at + 1] as string);
    }
  }
  const canEnd = type === frameType.data || type === frameType.headers;
  if (canEnd && (flags & flag.endStream) !== 0) answer.isEnded = true;
}
