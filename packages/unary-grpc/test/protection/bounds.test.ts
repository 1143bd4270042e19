import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { errorCode } from '../../src/http2/protocol.ts';
import { statusCode } from '../../src/index.ts';
import * as frames from '../support/frames.ts';
import { liveBytes } from '../support/memory.ts';
import { openPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const message = Buffer.from('well');

test('a stream too many is refused, and the next one is served when another has ended', async () => {
  await using server = await serve({ streamsMax: 3 });
  await using peer = await openPeer(server.address);
  for (const id of [1, 3, 5, 7]) await peer.send(frames.request(id, paths.hang, message));
  expect((await peer.answer(7)).resetCode).toBe(errorCode.refusedStream);
  await peer.send(frames.resetFrame(3));
  expect((await call(peer, 9)).toString()).toBe('well');
  expect(server.stats()).toMatchObject({ refusals: 1, openStreams: 2 });
});

test('a message that announces too much is refused before it has come', async () => {
  await using server = await serve({ messageBytesMax: 1_000 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.echo), frames.dataFrame(1, Buffer.of(0, 0, 0, 4, 0)));
  const { fields } = await peer.answer(1);
  expect(fields.get('grpc-status')).toBe(String(statusCode.resourceExhausted));
  expect(fields.get('grpc-message')).toBe('Received message larger than max (1024 vs. 1000)');
  expect(await call(peer, 3, { message: Buffer.alloc(1_000) })).toHaveLength(1_000);
});

test('an answer that is too large is RESOURCE_EXHAUSTED', async () => {
  await using server = await serve({ messageBytesMax: 1_000 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.request(1, paths.make, Buffer.from('1001')));
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('8');
});

test('incomplete messages are held within the bound of the connection', async () => {
  await using server = await serve({ heldBytesMax: 100_000 });
  await using peer = await openPeer(server.address);
  const half = frames.prefixed(Buffer.alloc(100_000)).subarray(0, 16_000);
  for (let index = 0; index < 10; index += 1) {
    const id = 2 * index + 1;
    await peer.send(frames.requestHead(id, paths.echo), frames.dataFrame(id, half));
  }
  const { fields } = await peer.answer(19);
  expect(fields.get('grpc-message')).toBe('Too many bytes wait on this connection.');
  expect(server.stats().heldBytes).toBeLessThanOrEqual(100_000);
  expect(await callAlone(server)).toBe('well');
  await peer.send(...Array.from({ length: 10 }, (_, index) => frames.resetFrame(2 * index + 1)));
  expect((await call(peer, 101)).toString()).toBe('well');
  expect(server.stats().heldBytes).toBe(0);
});

test('a message that comes byte by byte takes no more memory than its bytes', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const bytes = frames.prefixed(Buffer.alloc(1_000_000)).subarray(0, 500_000);
  const before = liveBytes();
  await peer.send(frames.requestHead(1, paths.echo));
  for (let at = 0; at < bytes.length; at += 10_000) {
    const parts = Array.from(bytes.subarray(at, at + 10_000), (byte) =>
      frames.dataFrame(1, Buffer.of(byte)),
    );
    await peer.send(Buffer.concat(parts));
  }
  await eventually({ withinMs: 20_000 }, () => server.stats().heldBytes >= 500_000);
  expect(liveBytes() - before).toBeLessThan(10_000_000);
});

test('messages without bytes do not pile up before a reader that does not read', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const before = liveBytes();
  await peer.send(frames.requestHead(1, paths.hold));
  const many = Buffer.concat(Array<Buffer>(3_000).fill(frames.prefixed(Buffer.alloc(0))));
  let windowBytes = 262_144;
  for (; windowBytes >= many.length; windowBytes -= many.length) {
    await peer.send(frames.dataFrame(1, many));
  }
  await peer.send(frames.pingFrame);
  await peer.frame(({ type }) => type === 6);
  const updates = peer.frame(({ type, streamId }) => type === 8 && streamId === 1);
  const next = peer.send(frames.request(3, paths.echo, message)).then(() => peer.answer(3));
  // The other stream is answered; this one was given no more room.
  expect(
    await Promise.race([
      updates.then(
        () => 'room',
        () => 'none',
      ),
      next.then(() => 'full'),
    ]),
  ).toBe('full');
  expect(server.stats().heldBytes).toBeGreaterThan(3_000_000);
  expect(liveBytes() - before).toBeLessThan(30_000_000);
});
