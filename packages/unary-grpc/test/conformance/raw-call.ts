import { once } from 'node:events';
import { connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';

/** What came back: an HTTP status, and the status of gRPC from the trailers or, alone, the headers. */
export interface RawAnswer {
  readonly httpStatus: number;
  readonly grpcStatus: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Sends headers and bytes as they are, for what no well-behaved client sends. */
export async function rawCall(options: {
  address: string;
  path: string;
  headers?: OutgoingHttpHeaders;
  body: Uint8Array;
}): Promise<RawAnswer> {
  const session = connect(`http://${options.address}`);
  try {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: options.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...options.headers,
    });
    let trailers: Record<string, unknown> = {};
    stream.on('trailers', (received) => {
      trailers = received;
    });
    const answered = once(stream, 'response');
    stream.end(options.body);
    const [headers]: Record<string, unknown>[] = await answered;
    const body = await buffer(stream);
    const all = { ...headers, ...trailers };
    const status = all['grpc-status'];
    return {
      httpStatus: Number(headers?.[':status']),
      grpcStatus: typeof status === 'string' ? status : undefined,
      headers: all,
      body,
    };
  } finally {
    session.close();
  }
}

/** A message with its flag and length; `length` differs from the truth for a broken one. */
export function framed(message: Uint8Array, { flag = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag, 0);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}
