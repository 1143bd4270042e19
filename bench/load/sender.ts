import {
  clientPreface,
  defaultWindowBytes,
  encodeFrame,
  encodeSettings,
  frameType,
  setting,
} from '@tollgate/unary-grpc/frames';
import type { RequestIds, RequestTemplate } from './request-template.ts';

/** Everything one connection sends. */
export interface Sender {
  /** Adds a request; it waits when the server's window has no room for it. */
  request(ids: RequestIds): void;
  /** Adds a frame of the connection itself. */
  control(frame: Buffer): void;
  /** The server takes so many more bytes. */
  widen(bytes: number): void;
  /** Counts what came, and grants it again from time to time. */
  received(bytes: number): void;
  /** What was added since the last call, for one write; undefined when there is nothing. */
  take(): Buffer | undefined;
}

/** As large as Envoy's: a client that had to grant windows would measure itself. */
const windowBytes = 256 * 1024 * 1024;
/** What is granted again after this many bytes of answers. */
const grantBytes = 64 * 1024 * 1024;

/** Begins with the connection's preface. */
export function createSender(templates: {
  readonly first: RequestTemplate;
  readonly later: RequestTemplate;
}): Sender {
  let controls = [greeting()];
  let waiting: RequestIds[] = [];
  let window = defaultWindowBytes;
  let nextStream = 1;
  let receivedBytes = 0;

  function fitting(): number {
    const bytes = templates.later.windowBytes;
    return bytes === 0 ? waiting.length : Math.min(waiting.length, Math.floor(window / bytes));
  }
  function writeRequests(count: number): Buffer {
    const first = nextStream === 1 ? templates.first.bytes : templates.later.bytes;
    const out = Buffer.allocUnsafe(first + (count - 1) * templates.later.bytes);
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      const template = nextStream === 1 ? templates.first : templates.later;
      template.write(out, at, nextStream, waiting[index] as RequestIds);
      at += template.bytes;
      window -= template.windowBytes;
      nextStream += 2;
    }
    waiting = count === waiting.length ? [] : waiting.slice(count);
    return out;
  }
  return {
    request: (ids) => void waiting.push(ids),
    control: (frame) => void controls.push(frame),
    widen(bytes) {
      window += bytes;
    },
    received(bytes) {
      receivedBytes += bytes;
      if (receivedBytes < grantBytes) return;
      controls.push(grant(receivedBytes));
      receivedBytes = 0;
    },
    take() {
      const count = fitting();
      if (count === 0 && controls.length === 0) return undefined;
      const requests = count === 0 ? [] : [writeRequests(count)];
      const parts = [...controls, ...requests];
      controls = [];
      return parts.length === 1 ? parts[0] : Buffer.concat(parts);
    },
  };
}

/** What a client sends first: the preface, its settings, a large window. */
function greeting(): Buffer {
  const settings = encodeSettings([{ id: setting.initialWindowBytes, value: windowBytes }]);
  return Buffer.concat([
    clientPreface,
    encodeFrame(frameType.settings, {}, settings),
    grant(windowBytes - defaultWindowBytes),
  ]);
}

/** Lets the server send so many more bytes on the connection. */
function grant(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return encodeFrame(frameType.windowUpdate, {}, payload);
}
