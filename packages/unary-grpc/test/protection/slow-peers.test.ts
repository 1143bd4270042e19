import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { clientPreface, errorCode, flag, frameType } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import { openPeer, rawPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const often = { maintainEveryMs: 20 };

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a preface', clientPreface.subarray(0, 12)],
])('a peer that sends %s is ended', async (_, bytes) => {
  await using server = await serve({ ...often, frameTimeoutMs: 100 });
  await using peer = await rawPeer(server.address);
  await peer.send(bytes);
  expect(await peer.goaway()).toMatchObject({
    code: errorCode.protocolError,
    reason: 'the preface took too long',
  });
  await peer.closed;
});

test.each([
  ['half a frame', frames.pingFrame.subarray(0, 12)],
  ['half a head', frames.pingFrame.subarray(0, 4)],
  ['half a block of headers', frames.requestHead(1, paths.echo).fill(0, 4, 5)],
])('%s that does not come to its end ends the connection', async (_, bytes) => {
  await using server = await serve({ ...often, frameTimeoutMs: 300 });
  await using peer = await openPeer(server.address);
  await peer.send(bytes);
  expect(await peer.goaway()).toMatchObject({
    code: errorCode.enhanceYourCalm,
    reason: 'a frame took too long',
  });
  expect(await callAlone(server)).toBe('well');
});

test('a block of headers is late although frames of it come', async () => {
  await using server = await serve({ ...often, frameTimeoutMs: 300 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.frame(frameType.headers, { streamId: 1 }));
  while (!peer.socket.destroyed) {
    await peer.send(frames.frame(frameType.continuation, { streamId: 1 }, Buffer.alloc(1)));
    await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 20))]);
  }
  expect((await peer.goaway()).reason).toBe('a frame took too long');
});

test('a peer whose reads always end within a frame is not late while frames come', async () => {
  await using server = await serve({ ...often, frameTimeoutMs: 300 });
  await using peer = await openPeer(server.address);
  let streamId = 1;
  const startedMs = performance.now();
  await peer.send(frames.pingFrame.subarray(0, 5));
  while (performance.now() - startedMs < 1_500) {
    // The rest of a frame, a call, and the beginning of the next frame: never a clean end.
    await peer.send(
      frames.pingFrame.subarray(5),
      frames.request(streamId, paths.echo, Buffer.from('well')),
      frames.pingFrame.subarray(0, 5),
    );
    await peer.answer(streamId);
    streamId += 2;
  }
  expect(server.stats().failures).toBe(0);
});

test('a unary request without its body is given up, a stream of a client is not', async () => {
  await using server = await serve({ ...often, requestTimeoutMs: 300 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.count), frames.requestHead(3, paths.echo));
  expect((await peer.answer(3)).resetCode).toBe(errorCode.cancel);
  expect(server.stats().openStreams).toBe(1);
  await peer.send(frames.messageFrame(1, Buffer.from('one')));
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('0');
});

test('a peer that is silent is asked, and stays when it answers', async () => {
  await using server = await serve({ ...often, pingAfterMs: 50, pingTimeoutMs: 5_000 });
  await using peer = await openPeer(server.address);
  const ping = await peer.frame(({ type }) => type === frameType.ping);
  await peer.send(frames.frame(frameType.ping, { flags: flag.ack }, ping.payload));
  expect((await call(peer, 1)).toString()).toBe('well');
});

test('a peer that is silent and does not answer is gone, and so are its calls', async () => {
  await using server = await serve({ ...often, pingAfterMs: 100, pingTimeoutMs: 300 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.request(1, paths.hang, Buffer.from('well')));
  await peer.closed;
  await eventually({ withinMs: 10_000 }, () => server.stats().openConnections === 0);
  expect(server.aborted.count).toBe(1);
  expect(server.stats().failures).toBe(1);
  expect(server.failures).toMatchObject([{ code: 8, message: 'a ping was not answered' }]);
  expect(await callAlone(server)).toBe('well');
});

test('a peer that reads slowly, but reads, is not cut off', async () => {
  await using server = await serve({
    ...often,
    stallTimeoutMs: 2_500,
    unsentBytesMax: 1_000_000,
  });
  await using peer = await openPeer(server.address, [[4, 100_000_000]]);
  await peer.send(frames.windowFrame(0, 100_000_000));
  let streamId = 1;
  const startedMs = performance.now();
  const make = Buffer.from('60000');
  peer.socket.pause();
  await peer.send(
    ...Array.from({ length: 300 }, (_, i) => frames.request(2 * i + 1, paths.make, make)),
  );
  // Never empty, always moving: some of what waits is taken every 50 ms.
  while (performance.now() - startedMs < 6_000 && !peer.socket.destroyed) {
    peer.socket.resume();
    await Promise.race([peer.closed, new Promise((resolve) => setImmediate(resolve))]);
    peer.socket.pause();
    await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  peer.socket.resume();
  streamId = 2 * 300 - 1;
  expect(Buffer.concat((await peer.answer(streamId)).data)).toHaveLength(60_005);
});
