import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fromBinary } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { LoadPlan } from './load-plan.ts';
import { runLoad } from './run.ts';

const plan = {
  connections: 2,
  open: 8,
  seconds: 20,
  questions: 100,
  keys: { firstTenant: 7, tenants: 3, keysPerTenant: 2 },
  distribution: 'uniform',
  run: 4,
} as const;
const http = { kind: 'http', path: '/v1/widgets' } as const;

test('every question arrives once, with numbers of its own, and is counted by its answer', async () => {
  const seen: IncomingHttpHeaders[] = [];
  await using server = await startServer((stream, headers) => {
    seen.push(headers);
    stream.respond({ ':status': headers['x-tenant']?.toString().endsWith('9') ? 429 : 200 });
    stream.end('ok');
  });
  const { asked, outcomes } = await runLoad({
    ...plan,
    question: http,
    addresses: [server.address],
  });
  expect(asked).toBe(100);
  expect(outcomes).toEqual({ ok: 67, error: 33 });
  expect(seen).toHaveLength(100);
  expect(new Set(seen.map((headers) => headers['x-key']))).toEqual(
    new Set(['14', '15', '16', '17', '18', '19'].map((number) => `key_000000${number}`)),
  );
  expect(seen.every((headers) => headers[':path'] === '/v1/widgets')).toBe(true);
});

test('a limiter gets whole messages, and its codes are told apart, in however small pieces', async () => {
  const ids = new Set<string>();
  await using server = await startServer(async (stream) => {
    const request = await messageOf(stream);
    for (const { key, value } of request.descriptors[0]?.entries ?? []) {
      if (key === 'rid') ids.add(value);
    }
    stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const code = request.descriptors[0]?.entries[3]?.value === 'key_00000014' ? 2 : 1;
    stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, code]));
  });
  const result = await runLoad({
    ...plan,
    question: { kind: 'gate', keyLimit: 'none' },
    addresses: [server.address],
  });
  expect(result.outcomes).toEqual({ ok: 83, over: 17 });
  expect(ids.size).toBe(100);
  expect(result.p50Ms).toBeGreaterThan(0);
});

test('errors without a message, resets and lost connections are outcomes of their own', async () => {
  let calls = 0;
  await using server = await startServer((stream) => {
    calls += 1;
    if (calls === 1) stream.respond({ 'grpc-status': '14' }, { endStream: true });
    else if (calls === 2) stream.close(8);
    else stream.session?.destroy();
  });
  const { outcomes } = await runLoad({
    ...plan,
    question: { kind: 'ratelimit', descriptors: [{ name: 'key', of: 'key' }] },
    addresses: [server.address],
    connections: 1,
    open: 1,
    questions: 3,
  });
  expect(outcomes).toEqual({ error: 1, reset: 1, lost: 1 });
});

test('a paced load asks at its rate, whatever the answers do', async () => {
  const held: ServerHttp2Stream[] = [];
  await using server = await startServer((stream) => {
    held.push(stream);
    if (held.length < 50) return;
    for (const one of held.splice(0)) one.respond({ ':status': 200 }, { endStream: true });
  });
  const paced: LoadPlan = { ...plan, question: http, addresses: [server.address], open: 1_000 };
  const { asked, outcomes } = await runLoad({
    ...paced,
    questions: 1_000_000,
    seconds: 1,
    perSecond: 500,
  });
  expect(asked).toBe(500);
  expect(outcomes).toEqual({ ok: 500 });
});

async function startServer(
  answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => unknown,
) {
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    void answer(stream, headers);
  });
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

async function messageOf(stream: ServerHttp2Stream) {
  const bytes = Buffer.concat(await Array.fromAsync(stream));
  expect(bytes.readUInt32BE(1)).toBe(bytes.length - 5);
  return fromBinary(RateLimitRequestSchema, bytes.subarray(5));
}
