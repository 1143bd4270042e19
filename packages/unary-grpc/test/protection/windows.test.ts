import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { clientPreface, errorCode, setting, windowBytesMax } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import { liveBytes } from '../support/memory.ts';
import { openPeer, type RawPeer, rawPeer } from '../support/raw-peer.ts';
import { call, callAlone, paths, serve } from '../support/serve.ts';

const noWindow: [number, number][] = [[setting.initialWindowBytes, 0]];
const ids = (count: number) => Array.from({ length: count }, (_, index) => 2 * index + 1);

test('answers that a window of zero stops are held within a bound, and given up in time', async () => {
  await using server = await serve({
    heldBytesMax: 500_000,
    stallTimeoutMs: 300,
    maintainEveryMs: 20,
  });
  await using peer = await openPeer(server.address, noWindow);
  const make = Buffer.from('10000');
  await peer.send(...ids(200).map((id) => frames.request(id, paths.make, make)));
  const last = await peer.answer(399);
  expect(last.resetCode).toBe(errorCode.enhanceYourCalm);
  const { heldBytes } = server.stats();
  expect(heldBytes).toBeLessThanOrEqual(500_000);
  expect(await callAlone(server)).toBe('well');
  expect((await peer.answer(1)).resetCode).toBe(errorCode.cancel);
  await eventually({ withinMs: 10_000 }, () => server.stats().openStreams === 0);
  expect(server.stats().heldBytes).toBe(0);
  await peer.send(frames.settingsFrame([setting.initialWindowBytes, 1_000]));
  expect((await call(peer, 401)).toString()).toBe('well');
});

test('a peer that grants windows but does not read does not fill the memory', async () => {
  await using server = await serve({ unsentBytesMax: 100_000, heldBytesMax: 300_000 });
  await using peer = await openPeer(server.address, [[setting.initialWindowBytes, windowBytesMax]]);
  await peer.send(frames.windowFrame(0, windowBytesMax - 65_535));
  peer.socket.pause();
  const make = Buffer.from('16000');
  // Each read of the server's is worth 8 MB of answers; the system's buffers take some, too.
  const all = ids(100_000).map((id) => frames.request(id, paths.make, make));
  const before = liveBytes();
  void peer.send(...all);
  let begunBefore = 0;
  await eventually({ withinMs: 20_000 }, () => {
    const isStuck = begunBefore > 0 && server.begun.count === begunBefore;
    begunBefore = server.begun.count;
    expect(server.stats().heldBytes).toBeLessThanOrEqual(300_000);
    return isStuck;
  });
  expect(peer.socket.writableLength).toBeGreaterThan(0);
  // All of it would be 1.6 GB; what else this process holds comes and goes.
  expect(liveBytes() - before).toBeLessThan(200_000_000);
  // When it reads again it gets what was not given up, and the connection goes on.
  peer.socket.resume();
  await peer.answer(199_999);
  await eventually({ withinMs: 20_000 }, () => server.stats().openStreams === 0);
  expect(server.stats()).toMatchObject({ heldBytes: 0, failures: 0, streams: 100_000 });
  expect((await call(peer, 200_001)).toString()).toBe('well');
});

test('windows that open byte by byte send the answer to a peer that does not read at its pace', async () => {
  await using server = await serve({ unsentBytesMax: 50_000 });
  await using peer = await openPeer(server.address, noWindow);
  await peer.send(frames.windowFrame(0, 10_000_000));
  await peer.send(...ids(1_000).map((id) => frames.request(id, paths.make, Buffer.from('5000'))));
  await eventually({ withinMs: 20_000 }, () => server.begun.count === 1_000);
  // A byte more for each of 1,000 streams, 500 times, in one go: 10 bytes of output for each.
  const steps = ids(500).map((_, index) =>
    frames.settingsFrame([setting.initialWindowBytes, index + 1]),
  );
  await peer.send(...steps, frames.settingsFrame([setting.initialWindowBytes, 10_000]));
  const answers = await Promise.all([1, 999, 1_999].map((id) => peer.answer(id)));
  for (const { data } of answers) expect(Buffer.concat(data)).toHaveLength(5_005);
  expect(server.stats().failures).toBe(0);
});

test.each([
  [
    'of the connection',
    (peer: RawPeer) => peer.send(frames.windowFrame(0, windowBytesMax)),
    'the window grew too large',
  ],
  [
    'of a stream, by SETTINGS',
    (peer: RawPeer) =>
      peer.send(
        frames.windowFrame(1, 1_000),
        frames.settingsFrame([setting.initialWindowBytes, windowBytesMax]),
      ),
    'a window grew too large',
  ],
])('a window %s that overflows ends the connection', async (_, overflow, reason) => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.echo));
  await overflow(peer);
  expect(await peer.goaway()).toMatchObject({ code: errorCode.flowControlError, reason });
  expect(await callAlone(server)).toBe('well');
});

test('a window of a stream that overflows ends the stream alone', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.echo), frames.windowFrame(1, windowBytesMax));
  expect((await peer.answer(1)).resetCode).toBe(errorCode.flowControlError);
  expect((await call(peer, 3)).toString()).toBe('well');
});

test('more data than a stream may send ends the stream alone', async () => {
  await using server = await serve({ streamWindowBytes: 65_535, connectionWindowBytes: 200_000 });
  await using peer = await openPeer(server.address);
  const data = (id: number) => frames.dataFrame(id, Buffer.alloc(16_384, 0));
  // A client's stream that nobody reads gets no more room.
  await peer.send(frames.requestHead(1, paths.hold));
  const message = frames.prefixed(Buffer.alloc(60_000));
  await peer.send(frames.dataFrame(1, message.subarray(0, 16_384)));
  for (let at = 16_384; at < 60_000; at += 16_384) {
    await peer.send(frames.dataFrame(1, message.subarray(at, at + 16_384)));
  }
  // Empty messages, more than the window of any client that keeps the rules.
  for (let index = 0; index < 8; index += 1) await peer.send(data(1));
  expect((await peer.answer(1)).resetCode).toBe(errorCode.flowControlError);
  expect((await call(peer, 3)).toString()).toBe('well');
});

test('before a peer has read of a small window it may use the window that everybody has', async () => {
  await using server = await serve({ streamWindowBytes: 10_000 });
  await using peer = await rawPeer(server.address);
  const body = frames.prefixed(Buffer.alloc(60_000, 'x'));
  const parts = [0, 16_384, 32_768, 49_152].map((at) => body.subarray(at, at + 16_384));
  const request = (id: number) => [
    frames.requestHead(id, paths.count),
    ...parts.map((part, index) => frames.dataFrame(id, part, index === 3)),
  ];
  await peer.send(clientPreface, frames.settingsFrame(), ...request(1));
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('0');
  await peer.send(frames.settingsAckFrame, ...request(3));
  expect((await peer.answer(3)).resetCode).toBe(errorCode.flowControlError);
});
