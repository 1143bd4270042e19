import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { errorCode } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import { liveBytes } from '../support/memory.ts';
import { openPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const message = Buffer.from('well');

/** A whole request of one large message, in frames. */
function largeRequest(id: number, path: string, bytes: number): Buffer {
  const body = frames.prefixed(Buffer.alloc(bytes, 'x'));
  const parts = [frames.requestHead(id, path)];
  for (let at = 0; at < body.length; at += 16_384) {
    const end = at + 16_384;
    parts.push(frames.dataFrame(id, body.subarray(at, end), end >= body.length));
  }
  return Buffer.concat(parts);
}

test.each([
  ['in many frames', 200_000, 20],
  ['in one frame', 16_000, 200],
])(
  'messages %s count until their handlers end, also of cancelled calls',
  async (_, size, count) => {
    await using server = await serve({ heldBytesMax: 1_000_000 });
    await using peer = await openPeer(server.address);
    for (let index = 0; index < count; index += 1) {
      const id = 2 * index + 1;
      await peer.send(largeRequest(id, paths.hang, size), frames.resetFrame(id));
    }
    await peer.send(frames.pingFrame);
    await peer.frame(({ type }) => type === 6);
    const { heldBytes } = server.stats();
    expect(heldBytes).toBeGreaterThan(800_000 - size);
    expect(heldBytes).toBeLessThanOrEqual(1_000_000);
    expect(server.begun.count * size).toBeLessThanOrEqual(1_000_000);
    server.release();
    await eventually({ withinMs: 10_000 }, () => server.stats().openCalls === 0);
    expect(server.stats()).toMatchObject({ heldBytes: 0, failures: 0 });
    expect((await call(peer, 9_001)).toString()).toBe('well');
  },
);

test('what waits in a cancelled stream is let go of, although its handler goes on', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const before = liveBytes();
  for (let index = 0; index < 100; index += 1) {
    const id = 2 * index + 1;
    await peer.send(largeRequest(id, paths.hold, 200_000), frames.resetFrame(id));
  }
  await eventually({ withinMs: 20_000 }, () => server.stats().resets === 100);
  expect(server.stats()).toMatchObject({ openCalls: 100, openStreams: 0 });
  // Only headers are left; with the messages it would be 20 MB.
  expect(server.stats().heldBytes).toBeLessThan(100_000);
  // Memory of buffers is given back after a collection, not in it.
  await eventually({ withinMs: 10_000 }, () => liveBytes() - before < 12_000_000);
});

test('the memory of a message that comes counts, not its bytes alone', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const body = frames.prefixed(Buffer.alloc(100_000));
  await peer.send(
    frames.requestHead(1, paths.echo),
    frames.dataFrame(1, body.subarray(0, 10_000)),
    frames.dataFrame(1, body.subarray(10_000, 10_001)),
  );
  // Its buffer has doubled.
  await eventually({ withinMs: 10_000 }, () => server.stats().heldBytes >= 20_000);
});

test('answers that are errors wait like others while the peer does not read', async () => {
  const many = { streamsMax: 20_000, callsMax: 20_000 };
  await using server = await serve({ unsentBytesMax: 20_000, heldBytesMax: 13_000_000, ...many });
  await using peer = await openPeer(server.address);
  const ids = Array.from({ length: 16_000 }, (_, index) => 2 * index + 1);
  await peer.send(...ids.map((id) => frames.request(id, paths.refuse, message)));
  await eventually({ withinMs: 20_000 }, () => server.begun.count === 16_000);
  peer.socket.pause();
  const before = liveBytes();
  server.release();
  await eventually({ withinMs: 20_000 }, () => server.stats().openCalls === 0);
  // Of 1,000 characters each: some are with the system, the others wait, are counted or given up.
  expect(server.stats().heldBytes).toBeGreaterThan(500_000);
  expect(server.stats().heldBytes).toBeLessThanOrEqual(13_000_000);
  // Encoded at once it would be 16 MB, and 144 MB without the cut.
  expect(liveBytes() - before).toBeLessThan(14_000_000);
  peer.socket.resume();
  for (const id of ids) {
    const { fields, resetCode } = await peer.answer(id);
    if (resetCode === undefined) expect(fields.get('grpc-status')).toBe('3');
    else expect(resetCode).toBe(errorCode.enhanceYourCalm);
  }
  expect(server.stats()).toMatchObject({ heldBytes: 0, openStreams: 0, failures: 0 });
});

test('calls that are complete only when too many are worked on are refused', async () => {
  await using server = await serve({ callsMax: 3 });
  await using peer = await openPeer(server.address);
  const ids = [1, 3, 5, 7, 9];
  await peer.send(...ids.map((id) => frames.requestHead(id, paths.hang)));
  await peer.send(...ids.map((id) => frames.messageFrame(id, message)));
  expect((await peer.answer(9)).resetCode).toBe(errorCode.refusedStream);
  expect(server.stats()).toMatchObject({ openCalls: 3, refusals: 2 });
  expect(server.begun.count).toBe(3);
});

test('a connection too many is closed at once and counted, and room is given again', async () => {
  await using server = await serve({ connectionsMax: 2 });
  await using first = await openPeer(server.address);
  {
    await using second = await openPeer(server.address);
    expect((await call(second, 1)).toString()).toBe('well');
    await expect(openPeer(server.address)).rejects.toThrow();
    expect(server.stats()).toMatchObject({ connectionRefusals: 1, connections: 2, failures: 0 });
  }
  await eventually({ withinMs: 10_000 }, () => server.stats().openConnections === 1);
  expect(await callAlone(server)).toBe('well');
  expect((await call(first, 1)).toString()).toBe('well');
});
