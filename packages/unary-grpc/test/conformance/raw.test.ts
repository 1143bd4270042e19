import { once } from 'node:events';
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { framed, rawCall } from './raw-call.ts';
import { createSample, pathOf, wrap } from './sample.ts';
import { type ServerName, servers } from './servers.ts';

async function start(name: ServerName) {
  const sample = createSample();
  const server = await servers[name](sample.methods);
  const { address } = server;
  return {
    sample,
    address,
    call: (method: string, body: Uint8Array, headers: OutgoingHttpHeaders = {}) =>
      rawCall({ address, path: pathOf(method), body, headers }),
    async [Symbol.asyncDispose]() {
      sample.release();
      await server[Symbol.asyncDispose]();
    },
  };
}

const message = wrap('hello');
const zipped = framed(gzipSync(message), { flag: 1 });

interface Case {
  readonly what: string;
  readonly method?: string;
  readonly body: Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
  /** What both servers answer … */
  readonly status: string;
  /** … or what grpc-js answers instead, and why ours does not. */
  readonly grpcJs?: { readonly status: string; readonly why: string };
}

const cases: Case[] = [
  { what: 'a message', body: framed(message), status: '0' },
  {
    what: 'a message for a subtype',
    body: framed(message),
    status: '0',
    headers: { 'content-type': 'application/grpc+proto' },
  },
  { what: 'no message', body: Buffer.alloc(0), status: '12' },
  {
    what: 'half a prefix',
    body: Buffer.alloc(3),
    status: '13',
    grpcJs: { status: '12', why: 'takes what is not complete for no message at all' },
  },
  {
    what: 'half a message',
    body: framed(message, { length: 100 }),
    status: '13',
    grpcJs: { status: '12', why: 'takes what is not complete for no message at all' },
  },
  {
    what: 'two messages for a unary method',
    body: Buffer.concat([framed(message), framed(message)]),
    status: '12',
  },
  {
    what: 'a flag that is none',
    body: framed(message, { flag: 7 }),
    status: '13',
    grpcJs: { status: '0', why: 'looks at no flag but 1; gRPC over HTTP/2 knows 0 and 1' },
  },
  { what: 'a length beyond the bound', body: framed(message, { length: 4_194_305 }), status: '8' },
  { what: 'a method that nobody serves', method: 'Nothing', body: framed(message), status: '12' },
  {
    what: 'an unknown compression',
    body: framed(message, { flag: 1 }),
    status: '12',
    headers: { 'grpc-encoding': 'snappy' },
  },
  {
    what: 'gzip',
    body: zipped,
    status: '12',
    grpcJs: {
      status: '0',
      why: 'decompresses; ours takes no compressed message, which gRPC leaves free',
    },
    headers: { 'grpc-encoding': 'gzip' },
  },
  {
    what: 'a timeout that has passed',
    method: 'Hold',
    body: framed(message),
    status: '4',
    headers: { 'grpc-timeout': '20m' },
  },
  {
    what: 'a timeout that is none',
    body: framed(message),
    status: '13',
    headers: { 'grpc-timeout': 'soon' },
  },
  {
    what: 'half a message of a stream',
    method: 'Count',
    body: framed(message, { length: 100 }),
    status: '13',
    grpcJs: { status: '0', why: 'drops the incomplete rest silently; a lost message must be seen' },
  },
];

describe.each(Object.keys(servers) as ServerName[])('%s', (name) => {
  test.each(cases)('$what', async ({ method = 'Echo', body, headers, status, grpcJs }) => {
    await using system = await start(name);
    const answer = await system.call(method, body, headers);
    const expected = name === 'grpc-js' && grpcJs ? grpcJs.status : status;
    expect(answer).toMatchObject({ httpStatus: 200, grpcStatus: expected });
  });

  test('a compression that is refused is answered with those that are taken', async () => {
    await using system = await start(name);
    const answer = await system.call('Echo', zipped, { 'grpc-encoding': 'snappy' });
    expect(answer.grpcStatus).toBe('12');
    // grpc-js does not tell, although gRPC asks for it ("Compression").
    const told = name === 'grpc-js' ? undefined : 'identity';
    expect(answer.headers['grpc-accept-encoding']).toBe(told);
  });

  test('what is not gRPC is answered by HTTP 415', async () => {
    await using system = await start(name);
    const answer = await system.call('Echo', Buffer.from('{}'), {
      'content-type': 'application/json',
    });
    expect(answer.httpStatus).toBe(415);
  });

  test('pings are answered while a call is open', async () => {
    await using system = await start(name);
    const session = connect(`http://${system.address}`);
    await once(session, 'connect');
    const open = system.call('Hold', framed(message));
    await system.sample.held(1);
    for (let count = 0; count < 20; count += 1) {
      await new Promise<void>((resolve, reject) =>
        session.ping((error) => (error ? reject(error) : resolve())),
      );
    }
    session.close();
    system.sample.release();
    expect((await open).grpcStatus).toBe('0');
  });
});
