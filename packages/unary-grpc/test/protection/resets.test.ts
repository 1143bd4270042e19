import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { errorCode } from '../../src/http2/protocol.ts';
import { dataFrame, messageFrame, request, requestHead, resetFrame } from '../support/frames.ts';
import { openPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const message = Buffer.from('well');

/** HEADERS and RST_STREAM, or whole requests and RST_STREAM, `count` times. */
function resets(count: number, { path, isWhole }: { path: string; isWhole: boolean }): Buffer {
  const frames: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const streamId = 2 * index + 1;
    const head = isWhole ? request(streamId, path, message) : requestHead(streamId, path);
    frames.push(head, resetFrame(streamId));
  }
  return Buffer.concat(frames);
}

test('opening and resetting without end is ended, no handler runs, and a neighbour goes on', async () => {
  await using server = await serve({ idleFramesMax: 500, idleFramesPerSecond: 1 });
  await using neighbour = await openPeer(server.address);
  await using peer = await openPeer(server.address);
  void peer.send(resets(5_000, { path: paths.hang, isWhole: false }));
  for (let round = 0; round < 20; round += 1) await call(neighbour, 2 * round + 1);
  expect(await peer.goaway()).toMatchObject({
    code: errorCode.enhanceYourCalm,
    reason: 'too many frames that move nothing',
  });
  await peer.closed;
  expect(server.begun.count).toBe(20);
  expect(server.stats().resets).toBeLessThanOrEqual(501);
  expect((await call(neighbour, 99)).toString()).toBe('well');
});

test('calls that were reset count as work until their handlers end', async () => {
  await using server = await serve({ callsMax: 10, idleFramesMax: 1_000 });
  await using peer = await openPeer(server.address);
  await peer.send(resets(100, { path: paths.hang, isWhole: true }));
  const refused = 2 * 100 + 1;
  await peer.send(request(refused, paths.echo, message));
  expect((await peer.answer(refused)).resetCode).toBe(errorCode.refusedStream);
  expect(server.begun.count).toBe(10);
  expect(server.stats()).toMatchObject({ openStreams: 0, openCalls: 10, refusals: 91 });
  server.release();
  await eventually({ withinMs: 10_000 }, () => server.stats().openCalls === 0);
  expect((await call(peer, refused + 2)).toString()).toBe('well');
});

test('5,000 calls cancelled at once cost only those calls', async () => {
  await using server = await serve({ streamsMax: 10_000, callsMax: 10_000 });
  await using peer = await openPeer(server.address);
  const ids = Array.from({ length: 5_000 }, (_, index) => 2 * index + 1);
  await peer.send(...ids.map((id) => request(id, paths.hang, message)));
  await eventually({ withinMs: 20_000 }, () => server.stats().openCalls === 5_000);
  await peer.send(...ids.map((id) => resetFrame(id)));
  expect((await call(peer, 10_001)).toString()).toBe('well');
  expect(server.aborted.count).toBe(5_000);
  expect(server.stats()).toMatchObject({ openStreams: 0, resets: 5_000, failures: 0 });
  server.release();
  await eventually({ withinMs: 10_000 }, () => server.stats().openCalls === 0);
});

test('cancelled calls that were worked on to their end do not use the budget up', async () => {
  await using server = await serve({ idleFramesMax: 50, idleFramesPerSecond: 1 });
  await using peer = await openPeer(server.address);
  for (let round = 0; round < 20; round += 1) {
    const ids = Array.from({ length: 20 }, (_, index) => 2 * (20 * round + index) + 1);
    await peer.send(...ids.flatMap((id) => [request(id, paths.later, message), resetFrame(id)]));
    await eventually({ withinMs: 10_000 }, () => server.begun.count === 20 * (round + 1));
    await eventually({ withinMs: 10_000 }, () => server.stats().openCalls === 0);
  }
  expect(server.stats()).toMatchObject({ resets: 400, failures: 0 });
  expect((await call(peer, 10_001)).toString()).toBe('well');
  expect(await callAlone(server)).toBe('well');
});

/** As little as a connection may trouble. */
const strict = { idleFramesMax: 100, idleFramesPerSecond: 1 };

test('an honest proxy before a backend that hangs is refused and cancels, and stays', async () => {
  await using server = await serve({ ...strict, callsMax: 10 });
  await using peer = await openPeer(server.address);
  let id = 1;
  for (let round = 0; round < 3; round += 1) {
    const ids = Array.from({ length: 2_000 }, (_, index) => id + 2 * index);
    id += 4_000;
    await peer.send(...ids.map((one) => request(one, paths.hang, message)));
    expect((await peer.answer(id - 2)).resetCode).toBe(errorCode.refusedStream);
    // Those that were taken hang on, and what was refused is cancelled before that is read.
    await peer.send(...ids.slice(10).map((one) => resetFrame(one)));
  }
  expect(server.stats()).toMatchObject({ openStreams: 10, openCalls: 10, failures: 0 });
  server.release();
  await eventually({ withinMs: 10_000 }, () => server.stats().openCalls === 0);
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('0');
  expect((await call(peer, id)).toString()).toBe('well');
});

test('2,000 calls cancelled at once, again and again, while their handlers hang, cost only those', async () => {
  await using server = await serve({ ...strict, callsMax: 8_000 });
  await using peer = await openPeer(server.address);
  for (let round = 0; round < 3; round += 1) {
    const ids = Array.from({ length: 2_000 }, (_, index) => 2 * (2_000 * round + index) + 1);
    await peer.send(...ids.map((id) => request(id, paths.hang, message)));
    await peer.send(...ids.map((id) => resetFrame(id)));
  }
  expect((await call(peer, 20_001)).toString()).toBe('well');
  expect(server.stats()).toMatchObject({ openCalls: 6_000, resets: 6_000, failures: 0 });
});

test('calls that were answered before their reset came cost nothing', async () => {
  await using server = await serve(strict);
  await using peer = await openPeer(server.address);
  const ids = Array.from({ length: 2_000 }, (_, index) => 2 * index + 1);
  await peer.send(...ids.map((id) => request(id, paths.echo, message)));
  await peer.answer(3_999);
  await peer.send(...ids.map((id) => resetFrame(id)));
  expect((await call(peer, 4_001)).toString()).toBe('well');
  expect(server.stats()).toMatchObject({ resets: 2_000, failures: 0 });
});

test.each([
  ['to a method that is not there', '/test.Test/None', {}],
  ['with a timeout that is none', paths.echo, { 'grpc-timeout': 'soon' }],
  ['with headers that are too large', paths.echo, { x: 'y'.repeat(3_000) }],
])('1,000 calls %s are answered, each with its late message', async (_, path, more) => {
  await using server = await serve({ ...strict, headerListBytesMax: 2_000 });
  await using peer = await openPeer(server.address);
  for (let id = 1; id < 2_000; id += 2) {
    await peer.send(requestHead(id, path, more), messageFrame(id, message));
  }
  await peer.answer(1_999);
  expect((await call(peer, 2_001)).toString()).toBe('well');
  expect(server.stats().failures).toBe(0);
});

test('what comes for a stream after its refusal is bounded by its window', async () => {
  await using server = await serve({ ...strict, callsMax: 1 });
  await using peer = await openPeer(server.address);
  await peer.send(request(1, paths.hang, message), requestHead(3, paths.echo));
  expect((await peer.answer(3)).resetCode).toBe(errorCode.refusedStream);
  const data = Buffer.concat(Array<Buffer>(10).fill(dataFrame(3, Buffer.alloc(16_000))));
  while (!peer.socket.destroyed) await peer.send(data);
  expect((await peer.goaway()).code).toBe(errorCode.enhanceYourCalm);
});
