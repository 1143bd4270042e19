import { expect, test } from '@jest/globals';
import { checkAsyncProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { clientPreface, flag, frameType, setting } from '../src/http2/protocol.ts';
import * as frames from './support/frames.ts';
import { openPeer, type RawPeer, rawPeer } from './support/raw-peer.ts';
import { paths, serve } from './support/serve.ts';

const { frame } = frames;
const big = Buffer.alloc(40_000, 'big');

/** HEADERS in three parts, the first with priority and padding. */
function headInParts(streamId: number, path: string): Buffer {
  const block = frames.plainBlock(frames.requestFields(path, { 'x-long': 'y'.repeat(200) }));
  const parts = [block.subarray(0, 10), block.subarray(10, 11), block.subarray(11)];
  const [first, second, third] = parts as [Buffer, Buffer, Buffer];
  const padded = Buffer.concat([Buffer.of(4, 0, 0, 0, 0, 15), first, Buffer.alloc(4)]);
  return Buffer.concat([
    frame(frameType.headers, { streamId, flags: flag.padded | flag.priority }, padded),
    frame(frameType.continuation, { streamId }, second),
    frame(frameType.continuation, { streamId, flags: flag.endHeaders }, third),
  ]);
}

function paddedData(streamId: number, bytes: Buffer, isEnd: boolean): Buffer {
  const flags = flag.padded | (isEnd ? flag.endStream : 0);
  const payload = Buffer.concat([Buffer.of(7), bytes, Buffer.alloc(7)]);
  return frame(frameType.data, { streamId, flags }, payload);
}

const bigBody = frames.prefixed(big);
const calls = [1, 3, 5, 7, 9, 11];
/** Calls big and small, interleaved, as one stream of bytes. */
const recorded = Buffer.concat([
  clientPreface,
  frames.settingsFrame([setting.initialWindowBytes, 100_000]),
  frames.windowFrame(0, 10_000_000),
  frames.settingsAckFrame,
  frames.request(1, paths.echo, Buffer.from('small')),
  headInParts(3, paths.echo),
  paddedData(3, bigBody.subarray(0, 9_000), false),
  frames.requestHead(5, paths.count),
  frames.messageFrame(5, Buffer.from('first'), false),
  paddedData(3, bigBody.subarray(9_000, 25_000), false),
  frames.pingFrame,
  frames.dataFrame(5, frames.prefixed(Buffer.from('second')).subarray(0, 7)),
  frames.request(7, paths.make, Buffer.from('30000')),
  frames.dataFrame(3, bigBody.subarray(25_000), true),
  frame(0xaa, { streamId: 3 }, Buffer.from('unknown')),
  frames.dataFrame(5, frames.prefixed(Buffer.from('second')).subarray(7)),
  headInParts(9, '/test.Test/None'),
  frames.messageFrame(9, Buffer.alloc(0)),
  frames.dataFrame(5, Buffer.alloc(0), true),
  frames.request(11, paths.later, Buffer.from('last')),
]);

/** What each call was answered: all its frames, and headers as text, because their numbers vary. */
async function answersOf(peer: RawPeer): Promise<string[]> {
  const answers: string[] = [];
  for (const id of calls) {
    const { fields, data } = await peer.answer(id);
    const body = Buffer.concat(data).toString('latin1');
    answers.push(`${id} ${JSON.stringify([...fields])} ${body}`);
  }
  return answers;
}

test('however the bytes of a connection are split, every call is answered the same', async () => {
  await using server = await serve();
  await using whole = await rawPeer(server.address);
  await whole.send(recorded);
  const expected = await answersOf(whole);
  expect(expected[0]).toContain('"grpc-status","0"');
  expect(expected[2]).toContain('2 of 11');
  expect(expected[4]).toContain('"grpc-status","12"');

  const property = fc.asyncProperty(
    fc.array(fc.nat(recorded.length), { maxLength: 40 }),
    async (cuts) => {
      await using peer = await rawPeer(server.address);
      let at = 0;
      for (const end of [...cuts.toSorted((one, two) => one - two), recorded.length]) {
        // Written, and so received, apart from the others: each waits until the last has gone.
        await peer.send(recorded.subarray(at, end));
        at = end;
      }
      expect(await answersOf(peer)).toEqual(expected);
    },
  );
  await checkAsyncProperty(property, { runs: 60 });
  expect(server.stats()).toMatchObject({ failures: 0, openStreams: 0, heldBytes: 0 });
});

test('a connection that comes byte by byte is answered the same', async () => {
  await using server = await serve();
  await using peer = await openPeer(server.address);
  const bytes = Buffer.concat([
    headInParts(1, paths.echo),
    frames.messageFrame(1, Buffer.from('x')),
  ]);
  for (let at = 0; at < bytes.length; at += 1) await peer.send(bytes.subarray(at, at + 1));
  expect(Buffer.concat((await peer.answer(1)).data).toString('latin1')).toBe('\0\0\0\0\x01x');
});
