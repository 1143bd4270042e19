import type { HeaderFields } from '../hpack/index.ts';
import type { Answer } from '../http2/send.ts';
import { type GrpcError, statusCode } from './grpc-error.ts';
import { prefixBytes } from './message-reader.ts';
import { encodeStatusMessage } from './status-message.ts';

const contentType = ['content-type', 'application/grpc'] as const;
const acceptEncoding = ['grpc-accept-encoding', 'identity'] as const;
/** The same with every answer, so the peer is told once and reminded by a number. */
const headers: HeaderFields = { fields: [[':status', '200'], contentType], isRepeated: true };
const okTrailers: HeaderFields = { fields: [['grpc-status', '0']], isRepeated: true };

/** Used for one answer after the other: it is copied before the next. */
const prefix = new Uint8Array(prefixBytes);
const prefixView = new DataView(prefix.buffer);
const body: { head: Uint8Array; bytes: Uint8Array } = { head: prefix, bytes: prefix };
const answer: Answer = { headers, body, trailers: okTrailers };

/** An answer of one message and OK. Valid until the next is made; the sender copies it. */
export function messageAnswer(message: Uint8Array): Answer {
  prefixView.setUint32(1, message.length);
  body.bytes = message;
  return answer;
}

/** An answer without a message, in one frame: gRPC's "Trailers-Only". */
export function statusAnswer({ code, message }: GrpcError): Answer {
  const text = encodeStatusMessage(message);
  return {
    headers: {
      fields: [
        [':status', '200'],
        contentType,
        ['grpc-status', String(code)],
        // Who sent a compressed message is told what is taken (gRPC, "Compression").
        ...(code === statusCode.unimplemented ? [acceptEncoding] : []),
        ...(text === '' ? [] : [['grpc-message', text] as const]),
      ],
      isRepeated: false,
    },
  };
}

/** An answer to what is not gRPC; to HEAD without a body. RFC 9110, sections 9.3.2 and 15.5.6. */
export function plainAnswer(httpStatus: '405' | '415', method: string): Answer {
  const fields = [
    [':status', httpStatus],
    ['content-type', 'text/plain'],
    ...(httpStatus === '405' ? [['allow', 'POST'] as const] : []),
  ] as const;
  const answer = { headers: { fields, isRepeated: false } };
  if (method === 'HEAD') return answer;
  const bytes = Buffer.from('This server speaks gRPC only.\n');
  return { ...answer, body: { head: new Uint8Array(0), bytes } };
}
