import { GrpcError, statusCode } from './grpc-error.ts';

/** Flag and length before each message, gRPC over HTTP/2, "Length-Prefixed-Message". */
export const prefixBytes = 5;

/** Puts messages together from however the bytes come. */
export interface MessageReader {
  /**
   * Adds bytes, which are copied; answers the messages that are complete now.
   *
   * @throws GrpcError RESOURCE_EXHAUSTED as soon as a prefix announces too much, UNIMPLEMENTED for a
   *   compressed message, INTERNAL for a flag that is none.
   */
  push(bytes: Uint8Array): Buffer[];
  /** Memory that is kept for a message that is not complete. */
  readonly heldBytes: number;
  /** Bytes of it that have come. */
  readonly partialBytes: number;
}

const nothing = Buffer.alloc(0);

/** Reads messages of one stream. */
export function createMessageReader(messageBytesMax: number, encoding: string): MessageReader {
  let held: Buffer = nothing;
  let partialBytes = 0;
  /** As long as it is not known, the prefix alone. */
  let wantedBytes = prefixBytes;

  /**
   * Adds bytes. The room doubles, up to what is wanted: what was announced costs nothing before it
   * comes, and what comes byte by byte costs no more than what comes at once. Memory of its own:
   * a few bytes in Node's shared buffers would keep 64 KiB alive.
   */
  function hold(bytes: Uint8Array): void {
    const needed = partialBytes + bytes.length;
    if (needed > held.length) {
      const larger = Math.max(needed, Math.min(held.length * 2, wantedBytes));
      const before = held.subarray(0, partialBytes);
      held = Buffer.allocUnsafeSlow(larger);
      held.set(before);
    }
    held.set(bytes, partialBytes);
    partialBytes = needed;
  }
  function read(bytes: Buffer, messages: Buffer[]): number {
    let at = 0;
    while (bytes.length - at >= prefixBytes) {
      const length = messageLength(bytes, at, { messageBytesMax, encoding });
      const end = at + prefixBytes + length;
      if (end > bytes.length) {
        wantedBytes = prefixBytes + length;
        return at;
      }
      messages.push(bytes.subarray(at + prefixBytes, end));
      at = end;
    }
    wantedBytes = prefixBytes;
    return at;
  }
  return {
    push(bytes) {
      hold(bytes);
      if (partialBytes < wantedBytes) return [];
      const messages: Buffer[] = [];
      const whole = held.subarray(0, partialBytes);
      const at = read(whole, messages);
      if (messages.length === 0) return messages;
      // The messages keep the buffer; what is left must not keep it with them.
      held = nothing;
      partialBytes = 0;
      if (at < whole.length) hold(whole.subarray(at));
      return messages;
    },
    get heldBytes() {
      return held.length;
    },
    get partialBytes() {
      return partialBytes;
    },
  };
}

/** Length of the message whose prefix stands at `at`. */
export function messageLength(
  bytes: Buffer,
  at: number,
  { messageBytesMax, encoding }: { messageBytesMax: number; encoding: string },
): number {
  const isCompressed = bytes[at] as number;
  if (isCompressed > 1) throw new GrpcError(statusCode.internal, 'A message with a wrong prefix.');
  const length = bytes.readUInt32BE(at + 1);
  if (length > messageBytesMax) {
    const sentence = `Received message larger than max (${length} vs. ${messageBytesMax})`;
    throw new GrpcError(statusCode.resourceExhausted, sentence);
  }
  if (isCompressed === 1) {
    const sentence = `Received message compressed with unsupported encoding "${encoding}"`;
    throw new GrpcError(statusCode.unimplemented, sentence);
  }
  return length;
}
