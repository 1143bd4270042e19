import { once } from 'node:events';
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';

/** Sends bytes as they are, for input that no well-behaved client makes. */
export async function rawRequest(options: {
  address: string;
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: Uint8Array | string;
}) {
  const session = connect(`http://${options.address}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': options.path,
      ...options.headers,
    });
    const trailers: Record<string, unknown> = {};
    stream.on('trailers', (received) => Object.assign(trailers, received));
    const answered = once(stream, 'response');
    stream.end(options.body);
    const [headers]: Record<string, unknown>[] = await answered;
    const body = await buffer(stream);
    return { status: headers?.[':status'], headers, trailers, body };
  } finally {
    session.close();
  }
}

/** One gRPC envelope around a message. */
export function grpcFrame(message: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
