import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { errorCode, flag, frameType, windowBytesMax } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import { liveBytes } from '../support/memory.ts';
import { openPeer, type RawPeer } from '../support/raw-peer.ts';
import { callAlone, paths, serve } from '../support/serve.ts';

const { frame } = frames;
const calm = { idleFramesMax: 200, idleFramesPerSecond: 1 };

/** Sends until the connection is gone. */
async function flood(peer: RawPeer, bytes: Buffer): Promise<void> {
  const many = Buffer.concat(Array<Buffer>(100).fill(bytes));
  while (!peer.socket.destroyed) await peer.send(many);
}

const settings = Array.from({ length: 32 }, (_, index) => [4, index] as [number, number]);

test.each([
  ['PING', frames.pingFrame],
  ['answers to a PING that nobody sent', frame(6, { flags: flag.ack }, Buffer.alloc(8))],
  ['empty SETTINGS', frames.settingsFrame()],
  ['SETTINGS', frames.settingsFrame(...settings)],
  ['acknowledgements of SETTINGS', frames.settingsAckFrame],
  ['PRIORITY', frame(frameType.priority, { streamId: 1 }, Buffer.alloc(5))],
  ['WINDOW_UPDATE', frames.windowFrame(0, 1)],
  ['GOAWAY', frame(frameType.goaway, {}, Buffer.alloc(8))],
  ['frames of an unknown kind', frame(0xfa, { streamId: 3 }, Buffer.from('any'))],
])('a flood of %s ends with ENHANCE_YOUR_CALM, and nobody else notices', async (_, bytes) => {
  await using server = await serve(calm);
  await using peer = await openPeer(server.address);
  const flooded = flood(peer, bytes);
  expect(await peer.goaway()).toMatchObject({
    code: errorCode.enhanceYourCalm,
    reason: 'too many frames that move nothing',
  });
  await flooded;
  expect(await callAlone(server)).toBe('well');
  expect(server.failures.map(({ code }) => code)).toEqual([errorCode.enhanceYourCalm]);
});

test.each([
  ['DATA without bytes', frames.dataFrame(1, Buffer.alloc(0))],
  ['DATA of padding only', frame(0, { flags: flag.padded, streamId: 1 }, Buffer.of(2, 0, 0))],
  ['resets of the same stream', frames.resetFrame(1)],
  ['PRIORITY that depends on itself', frame(2, { streamId: 1 }, Buffer.of(0, 0, 0, 1, 0))],
  ['window updates of a stream', frames.windowFrame(1, 1)],
])('a flood of %s on an open stream ends with ENHANCE_YOUR_CALM', async (_, bytes) => {
  await using server = await serve(calm);
  await using peer = await openPeer(server.address);
  await peer.send(frames.requestHead(1, paths.echo));
  const flooded = flood(peer, bytes);
  expect((await peer.goaway()).code).toBe(errorCode.enhanceYourCalm);
  await flooded;
  expect(await callAlone(server)).toBe('well');
});

test('a SETTINGS frame of thousands of settings costs no more than its last values', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const ids = Array.from({ length: 4_000 }, (_, index) => 2 * index + 1);
  await peer.send(...ids.map((id) => frames.requestHead(id, paths.echo)));
  await eventually({ withinMs: 20_000 }, () => server.stats().openStreams === 4_000);
  const pairs = Array.from({ length: 2_730 }, (_, index): [number, number] => [4, index]);
  const before = process.cpuUsage();
  await peer.send(...Array<Buffer>(50).fill(frames.settingsFrame(...pairs)), frames.pingFrame);
  await peer.frame(({ type, flags }) => type === frameType.ping && (flags & flag.ack) !== 0);
  // Applied one by one it would be 546 million changes of a window.
  expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
  expect(await callAlone(server)).toBe('well');
});

test.each([
  ['PING', frames.pingFrame],
  ['SETTINGS', frames.settingsFrame()],
  ['requests', undefined],
])('a peer that floods with %s and never reads is read no more, and cut off', async (_, bytes) => {
  await using server = await serve({
    unsentBytesMax: 65_536,
    stallTimeoutMs: 300,
    maintainEveryMs: 20,
    idleFramesMax: 100_000_000,
  });
  await using peer = await openPeer(server.address, [[4, windowBytesMax]]);
  await peer.send(frames.windowFrame(0, windowBytesMax - 65_535));
  peer.socket.pause();
  const big = bytes ?? Buffer.alloc(0);
  let streamId = 1;
  let sentBytes = 0;
  while (!peer.socket.destroyed && sentBytes < 300_000_000) {
    const chunk: Buffer[] = [];
    for (let index = 0; index < 500; index += 1, streamId += 2) {
      chunk.push(bytes ? big : frames.request(streamId, paths.make, Buffer.from('2000')));
    }
    const all = Buffer.concat(chunk);
    sentBytes += all.length;
    await peer.send(all);
  }
  // What the system's buffers take of a socket that nobody reads is a few MiB.
  expect(sentBytes).toBeLessThan(50_000_000);
  await eventually({ withinMs: 10_000 }, () => server.stats().openConnections === 0);
  expect(server.stats()).toMatchObject({ heldBytes: 0, failures: 1 });
  expect(server.failures).toMatchObject([{ code: 11, message: 'nothing was read for too long' }]);
  expect(await callAlone(server)).toBe('well');
});

test('SETTINGS that make every waiting answer look at its window are paid by the streams', async () => {
  await using server = await serve({ idleFramesMax: 2_000, idleFramesPerSecond: 1 });
  await using peer = await openPeer(server.address, [[4, 100]]);
  await peer.send(frames.windowFrame(0, 100_000_000));
  const ids = Array.from({ length: 640 }, (_, index) => 2 * index + 1);
  // They end with windows of nothing, and then below that.
  await peer.send(...ids.map((id) => frames.request(id, paths.make, Buffer.from('1000'))));
  await eventually({ withinMs: 20_000 }, () => server.stats().openStreams === 640);
  const [less, more] = [frames.settingsFrame([4, 1]), frames.settingsFrame([4, 2])];
  // 22 tokens for a pair, where one for each frame would let 1,000 pairs pass.
  await peer.send(...Array<Buffer>(150).fill(Buffer.concat([less, more])));
  expect((await peer.goaway()).code).toBe(errorCode.enhanceYourCalm);
  expect(await callAlone(server)).toBe('well');
});

test('calls that no handler has worked on do not pay for SETTINGS', async () => {
  await using server = await serve(calm);
  await using peer = await openPeer(server.address);
  const four = Buffer.concat(
    [65_535, 65_536, 65_535, 65_536].map((bytes) => frames.settingsFrame([4, bytes])),
  );
  const failing = (id: number) => {
    const block = frames.plainBlock(frames.requestFields(paths.echo));
    const flags = flag.endHeaders | flag.endStream;
    return frame(frameType.headers, { flags, streamId: id }, block);
  };
  for (let id = 1; !peer.socket.destroyed && id < 2_000; id += 2) {
    await peer.send(four, failing(id));
  }
  expect((await peer.goaway()).code).toBe(errorCode.enhanceYourCalm);
});

test('a peer that pings turn by turn and never reads does not fill the memory', async () => {
  await using server = await serve({ idleFramesMax: 1_000_000 });
  await using peer = await openPeer(server.address);
  const pings = Buffer.concat(Array<Buffer>(2_000).fill(frames.pingFrame));
  peer.socket.pause();
  const before = liveBytes();
  // The system's buffers are full before any of it waits in ours.
  for (let sent = 0; sent < 600 && peer.socket.writableLength < 1_000_000; sent += 1) {
    void peer.send(pings);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(liveBytes() - before).toBeLessThan(60_000_000);
  expect(await callAlone(server)).toBe('well');
});
