/** A reply of Redis: what a bulk string holds, or what went wrong. */
export type OnReply = (error: Error | undefined, reply: Buffer | undefined) => void;

/** What Redis answered instead of doing what it was asked. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
}

const [dollar, minus, plus, colon] = [0x24, 0x2d, 0x2b, 0x3a];
/** Longest reply: a batch's states stay far below. */
const replyBytesMax = 4_194_304;

/**
 * Parses replies that are one bulk string, status, number or error each, as they come off the socket.
 * `next` is told each of them; a reply is valid until it returns.
 */
export function createReplyParser(next: OnReply): (buffer: Buffer, length: number) => void {
  let held: Buffer | undefined;

  /** Where the reply that begins at `at` ends; 0 when it is not complete. */
  function parse(bytes: Buffer, at: number): number {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return 0;
    const kind = bytes[at];
    if (kind === dollar) {
      const length = Number(bytes.toString('latin1', at + 1, line));
      if (!(length <= replyBytesMax)) throw new Error('Redis answered out of turn');
      const start = line + 2;
      if (length < 0) return told(start, undefined, undefined);
      if (bytes.length < start + length + 2) return 0;
      return told(start + length + 2, undefined, bytes.subarray(start, start + length));
    }
    const text = bytes.toString('latin1', at + 1, line);
    if (kind === minus) return told(line + 2, new RedisRefusal(text), undefined);
    if (kind !== plus && kind !== colon) throw new Error('Redis answered out of turn');
    return told(line + 2, undefined, Buffer.from(text, 'latin1'));
  }
  function told(end: number, error: Error | undefined, reply: Buffer | undefined): number {
    next(error, reply);
    return end;
  }

  return (buffer, length) => {
    const read = buffer.subarray(0, length);
    const bytes = held ? Buffer.concat([held, read]) : read;
    held = undefined;
    let at = 0;
    while (at < bytes.length) {
      const end = parse(bytes, at);
      if (end === 0) break;
      at = end;
    }
    if (at < bytes.length) held = Buffer.from(bytes.subarray(at));
  };
}
