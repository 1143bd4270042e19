import { expect, test } from '@jest/globals';
import { encodeInteger } from '../../src/hpack/integer.ts';
import { errorCode, flag, frameType } from '../../src/http2/protocol.ts';
import { statusCode } from '../../src/index.ts';
import * as frames from '../support/frames.ts';
import { liveBytes } from '../support/memory.ts';
import { openPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const { frame } = frames;
const continuation = (payload: Uint8Array, flags = 0) =>
  frame(frameType.continuation, { streamId: 1, flags }, payload);

test('a block of headers without end is ended at its bound', async () => {
  await using server = await serve({ headerBlockBytesMax: 20_000 });
  await using peer = await openPeer(server.address);
  const part = frames.plainBlock([['x', 'y'.repeat(1_000)]]);
  await peer.send(frame(frameType.headers, { streamId: 1 }, part));
  while (!peer.socket.destroyed) await peer.send(continuation(part));
  expect(await peer.goaway()).toMatchObject({
    code: errorCode.enhanceYourCalm,
    reason: 'a block of headers without end',
  });
  expect(await callAlone(server)).toBe('well');
});

test('CONTINUATION frames without bytes use the budget up', async () => {
  await using server = await serve({ idleFramesMax: 200, idleFramesPerSecond: 1 });
  await using peer = await openPeer(server.address);
  await peer.send(frame(frameType.headers, { streamId: 1 }));
  const many = Buffer.concat(Array<Buffer>(100).fill(continuation(Buffer.alloc(0))));
  while (!peer.socket.destroyed) await peer.send(many);
  expect((await peer.goaway()).code).toBe(errorCode.enhanceYourCalm);
  expect(await callAlone(server)).toBe('well');
});

test('one frame of headers is held to the bound of a block, too', async () => {
  await using server = await serve({ headerBlockBytesMax: 4_000 });
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.echo, { x: 'y'.repeat(5_000) }));
  expect((await peer.goaway()).reason).toBe('a block of headers without end');
});

/** A field of 4,000 bytes that goes into the table, as number 62. */
const bombEntry = Buffer.from([
  0x40,
  1,
  0x78,
  ...encodeInteger(4_000, 7, 0),
  ...Buffer.alloc(4_000, 'y'),
]);

test('a large field named thousands of times is refused, and costs neither memory nor the connection', async () => {
  await using server = await serve({ headerBlockBytesMax: 65_536 });
  await using peer = await openPeer(server.address);
  const head = { flags: flag.endHeaders };
  await peer.send(frame(frameType.headers, { ...head, streamId: 1 }, bombEntry));
  expect((await peer.answer(1)).resetCode).toBe(errorCode.protocolError);
  const before = liveBytes();
  // 64 MB each, of 16,000 bytes.
  const bomb = Buffer.alloc(16_000, 0xbe);
  const ids = Array.from({ length: 300 }, (_, index) => 2 * index + 3);
  for (const streamId of ids) {
    await peer.send(frame(frameType.headers, { ...head, streamId }, bomb));
    const { fields } = await peer.answer(streamId);
    expect(fields.get('grpc-status')).toBe(String(statusCode.resourceExhausted));
  }
  expect(liveBytes() - before).toBeLessThan(20_000_000);
  expect((await call(peer, 1_001)).toString()).toBe('well');
});

test('headers larger than announced are answered RESOURCE_EXHAUSTED, and the connection lives', async () => {
  await using server = await serve({ headerListBytesMax: 2_000, headerFieldsMax: 20 });
  await using peer = await openPeer(server.address);
  const large = { x: 'y'.repeat(3_000) };
  await peer.send(frames.requestHead(1, paths.echo, large));
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('8');
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x${index}`, 'y']));
  await peer.send(frames.requestHead(3, paths.echo, many));
  expect((await peer.answer(3)).fields.get('grpc-message')).toBe('The headers are too large.');
  expect((await call(peer, 5)).toString()).toBe('well');
});

test('large headers of open calls count as bytes that are held', async () => {
  await using server = await serve({ heldBytesMax: 100_000 });
  await using peer = await openPeer(server.address);
  const ids = Array.from({ length: 20 }, (_, index) => 2 * index + 1);
  const head = (id: number) => frames.requestHead(id, paths.echo, { x: `${id}`.repeat(5_000) });
  await peer.send(...ids.map((id) => head(id)));
  expect((await peer.answer(39)).resetCode).toBe(errorCode.refusedStream);
  expect(server.stats().heldBytes).toBeLessThanOrEqual(100_000);
  await peer.send(...ids.map((id) => frames.resetFrame(id)));
  expect((await call(peer, 101)).toString()).toBe('well');
  expect(server.stats().heldBytes).toBe(0);
});
