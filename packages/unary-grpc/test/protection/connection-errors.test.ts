import { expect, test } from '@jest/globals';
import { clientPreface, errorCode, flag, frameType, setting } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import { openPeer, rawPeer } from '../support/raw-peer.ts';
import { call, paths, serve } from '../support/serve.ts';

const { frame } = frames;
const { endHeaders, padded, priority, ack } = flag;
const { protocolError, frameSizeError, flowControlError, compressionError, streamClosed } =
  errorCode;
const eight = Buffer.alloc(8);
const noPriority = 'a PRIORITY that is none';

/** A frame that breaks a rule of the connection, the code that RFC 9113 wants, and our reason. */
const faults: [what: string, bytes: Buffer, code: number, reason: string][] = [
  ['a frame that is too long', frame(0xaa, {}, Buffer.alloc(16_385)), 6, 'a frame of 16385 bytes'],
  ['DATA on stream 0', frame(frameType.data, {}), protocolError, 'DATA on stream 0'],
  ['DATA on no stream', frames.dataFrame(9, eight), 1, 'DATA on a stream that never began'],
  ['DATA on an even stream', frames.dataFrame(2, eight), 1, 'DATA on a stream that never began'],
  [
    'padding without length',
    frame(0, { flags: padded, streamId: 1 }),
    6,
    'padding without a length',
  ],
  [
    'more padding than payload',
    frame(0, { flags: padded, streamId: 1 }, Buffer.of(2, 0)),
    protocolError,
    'more padding than payload',
  ],
  ['HEADERS on an even stream', frame(1, { streamId: 2 }), 1, 'a client opens odd streams'],
  ['HEADERS on stream 0', frame(1, {}), 1, 'a client opens odd streams'],
  ['half a priority', frame(1, { flags: priority, streamId: 5 }), 6, 'a priority has 5 bytes'],
  [
    'a stream that depends on itself',
    frame(1, { flags: priority | endHeaders, streamId: 5 }, Buffer.of(0, 0, 0, 5, 0)),
    protocolError,
    'a stream depends on itself',
  ],
  ['a wrong index', frame(1, { flags: endHeaders, streamId: 5 }, Buffer.of(0x80)), 9, 'index 0'],
  [
    'an index beyond the table',
    frame(1, { flags: endHeaders, streamId: 5 }, Buffer.of(0xff, 0)),
    compressionError,
    'index 127, beyond the table',
  ],
  [
    'HEADERS on a stream that has ended',
    Buffer.concat([frames.request(5, paths.hang, eight), frames.requestHead(5, paths.hang)]),
    streamClosed,
    'HEADERS on a stream that has ended',
  ],
  [
    'HEADERS on an older stream',
    Buffer.concat([frames.requestHead(7, paths.hang), frames.requestHead(5, paths.hang)]),
    streamClosed,
    'HEADERS on a stream that has ended',
  ],
  ['CONTINUATION alone', frame(9, { streamId: 1 }), 1, 'CONTINUATION of nothing'],
  [
    'CONTINUATION of another stream',
    Buffer.concat([frame(1, { streamId: 5 }), frame(9, { streamId: 7 })]),
    protocolError,
    'CONTINUATION of nothing',
  ],
  [
    'a frame within a block',
    Buffer.concat([frame(1, { streamId: 5 }), frames.pingFrame]),
    protocolError,
    'a frame within a block of headers',
  ],
  ['PRIORITY on stream 0', frame(2, {}, Buffer.alloc(5)), 1, 'PRIORITY on stream 0'],
  ['half a PRIORITY on no stream', frame(2, { streamId: 9 }, Buffer.of(0)), 6, noPriority],
  [
    'PRIORITY on no stream that depends on itself',
    frame(2, { streamId: 9 }, Buffer.of(0, 0, 0, 9, 0)),
    protocolError,
    noPriority,
  ],
  [
    'RST_STREAM of 3 bytes',
    frame(3, { streamId: 1 }, Buffer.alloc(3)),
    6,
    'RST_STREAM has 4 bytes',
  ],
  ['RST_STREAM of no stream', frames.resetFrame(9), 1, 'a frame on a stream that never began'],
  ['RST_STREAM on stream 0', frames.resetFrame(0), 1, 'a frame on a stream that never began'],
  ['SETTINGS on a stream', frame(4, { streamId: 1 }), 1, 'SETTINGS on a stream'],
  ['half a setting', frame(4, {}, Buffer.alloc(5)), frameSizeError, 'settings of 6 bytes each'],
  ['settings acknowledged', frame(4, { flags: ack }, eight), 6, 'an acknowledgement with settings'],
  ['ENABLE_PUSH of 2', frames.settingsFrame([setting.enablePush, 2]), 1, 'ENABLE_PUSH is 0 or 1'],
  [
    'a window of 2^31',
    frames.settingsFrame([setting.initialWindowBytes, 2 ** 31]),
    flowControlError,
    'INITIAL_WINDOW_SIZE is too large',
  ],
  [
    'frames of 16,383 bytes',
    frames.settingsFrame([setting.frameBytesMax, 16_383]),
    protocolError,
    'MAX_FRAME_SIZE is out of range',
  ],
  [
    'frames of 16 MiB',
    frames.settingsFrame([setting.frameBytesMax, 16_777_216]),
    protocolError,
    'MAX_FRAME_SIZE is out of range',
  ],
  ['PUSH_PROMISE', frame(5, { streamId: 1 }), protocolError, 'a client does not push'],
  ['PING on a stream', frame(6, { streamId: 1 }, eight), protocolError, 'PING on a stream'],
  ['PING of 7 bytes', frame(6, {}, Buffer.alloc(7)), frameSizeError, 'PING has 8 bytes'],
  ['GOAWAY on a stream', frame(7, { streamId: 1 }, eight), protocolError, 'GOAWAY on a stream'],
  ['GOAWAY of 7 bytes', frame(7, {}, Buffer.alloc(7)), 6, 'GOAWAY has 8 bytes at least'],
  ['WINDOW_UPDATE of 3 bytes', frame(8, {}, Buffer.alloc(3)), 6, 'WINDOW_UPDATE has 4 bytes'],
  ['WINDOW_UPDATE of 0', frames.windowFrame(0, 0), protocolError, 'a window grew by 0'],
  [
    'WINDOW_UPDATE of no stream',
    frames.windowFrame(9, 1),
    1,
    'a frame on a stream that never began',
  ],
];

test.each(faults)(
  '%s ends the connection with its code and reason',
  async (_, bytes, code, reason) => {
    await using server = await serve();
    await using neighbour = await openPeer(server.address);
    await using peer = await openPeer(server.address);
    await peer.send(frames.request(1, paths.hang, Buffer.from('open')), bytes);
    const goaway = await peer.goaway();
    expect(goaway).toMatchObject({ code, reason });
    expect(goaway.lastStreamId).toBeGreaterThanOrEqual(1);
    await peer.closed;
    expect(server.failures).toHaveLength(1);
    expect(server.stats().openStreams).toBe(0);
    expect((await call(neighbour, 1)).toString()).toBe('well');
  },
);

test.each([
  ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nhost: test\r\n\r\n'), 'this is no HTTP/2'],
  ['a preface with an error', Buffer.from(clientPreface).fill('x', 20), 'this is no HTTP/2'],
  ['no settings', Buffer.concat([clientPreface, frames.pingFrame]), 'the first frame is SETTINGS'],
  [
    'an acknowledgement before its settings',
    Buffer.concat([clientPreface, frames.settingsAckFrame]),
    'an acknowledgement comes second',
  ],
])('a peer that begins with %s is told why it is not served', async (_, bytes, reason) => {
  await using server = await serve();
  await using peer = await rawPeer(server.address);
  await peer.send(bytes);
  expect(await peer.goaway()).toMatchObject({ code: protocolError, reason });
  await peer.closed;
});

test('a server that closes tells a peer that has said nothing, and takes no call of it', async () => {
  const server = await serve();
  await using peer = await rawPeer(server.address);
  await peer.frame(({ type }) => type === frameType.settings);
  const closed = server[Symbol.asyncDispose]();
  await peer.send(clientPreface, frames.settingsFrame());
  const goaway = await peer.frame(({ type }) => type === frameType.goaway);
  expect(goaway.payload.readUInt32BE(4)).toBe(errorCode.noError);
  await closed;
  expect(server.failures).toEqual([]);
});

test('what comes after the last stream was announced is ignored, and open calls are finished', async () => {
  const server = await serve();
  await using peer = await openPeer(server.address);
  await peer.send(frames.request(1, paths.hang, Buffer.from('slow')));
  await peer.send(frames.pingFrame);
  await peer.frame(({ type, flags }) => type === frameType.ping && (flags & ack) !== 0);
  const closed = server[Symbol.asyncDispose]();
  const isDrainPing = ({ type, flags }: { type: number; flags: number }) =>
    type === frameType.ping && (flags & ack) === 0;
  const { payload } = await peer.frame(isDrainPing);
  await peer.send(
    frame(frameType.ping, { flags: ack }, payload),
    frames.request(3, paths.echo, Buffer.from('too late')),
    frames.resetFrame(3),
    frames.windowFrame(3, 5),
  );
  expect((await peer.answer(1)).fields.get('grpc-status')).toBe('0');
  await closed;
  expect(peer.answers.has(3)).toBe(false);
  expect(server.failures).toEqual([]);
});

test('an answer to a ping that nobody sent does not end the connection', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  await peer.send(frame(frameType.ping, { flags: ack }, Buffer.from('tg-drain')));
  expect((await call(peer, 1)).toString()).toBe('well');
  expect((await call(peer, 3)).toString()).toBe('well');
});

test('a method of HTTP other than POST is told which there is, and HEAD gets no body', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const flags = endHeaders | flag.endStream;
  const ask = (streamId: number, method: string) => {
    const fields = frames.requestFields('/', { ':method': method });
    return frame(frameType.headers, { flags, streamId }, frames.plainBlock(fields));
  };
  await peer.send(ask(1, 'GET'), ask(3, 'HEAD'));
  const [get, head] = [await peer.answer(1), await peer.answer(3)];
  for (const { fields } of [get, head]) {
    expect([fields.get(':status'), fields.get('allow')]).toEqual(['405', 'POST']);
  }
  expect(get.data).toHaveLength(1);
  expect(head.data).toHaveLength(0);
});
