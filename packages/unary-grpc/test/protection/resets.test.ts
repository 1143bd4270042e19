import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { errorCode } from '../../src/http2/protocol.ts';
import { request, requestHead, resetFrame } from '../support/frames.ts';
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
