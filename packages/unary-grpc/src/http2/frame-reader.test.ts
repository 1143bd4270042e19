import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { frame } from '../../test/support/frames.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { createFrameReader } from './frame-reader.ts';
import { errorCode } from './protocol.ts';

/** A reader that writes down what it hands on. */
function recordingReader() {
  const taken: string[] = [];
  const reader = createFrameReader(({ type, flags, streamId }, bytes, start, end) => {
    taken.push(`${type} ${flags} ${streamId} ${bytes.toString('hex', start, end)}`);
  });
  return { reader, taken };
}

const anyFrame = fc.record({
  type: fc.nat(255),
  flags: fc.nat(255),
  streamId: fc.nat(0x7fff_ffff),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(16_384).map((length) => new Uint8Array(length).fill(length)),
  ),
});

test('however the bytes are split, the same frames come out', () => {
  const property = fc.property(
    fc.array(anyFrame, { maxLength: 8 }),
    fc.array(fc.nat(), { maxLength: 20 }),
    fc.nat(15),
    (frames, cuts, restBytes) => {
      const { reader, taken } = recordingReader();
      const bytes = Buffer.concat([
        ...frames.map(({ type, flags, streamId, payload }) =>
          frame(type, { flags, streamId }, payload),
        ),
        // The beginning of one more: a head of 16 bytes' payload.
        frame(0, {}, Buffer.alloc(16)).subarray(0, restBytes),
      ]);
      const ends = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, two) => one - two);
      let at = 0;
      for (const end of [...ends, bytes.length]) {
        const piece = Buffer.from(bytes.subarray(at, end));
        reader.push(piece);
        // What was taken must not depend on the piece any more.
        piece.fill(0xff);
        at = end;
      }
      expect(taken).toEqual(
        frames.map(
          ({ type, flags, streamId, payload }) =>
            `${type} ${flags} ${streamId} ${Buffer.from(payload).toString('hex')}`,
        ),
      );
      expect(reader.isWithinFrame).toBe(restBytes > 0);
    },
  );
  checkProperty(property, { runs: 300 });
});

test('the reserved bit of a stream is ignored', () => {
  const { reader, taken } = recordingReader();
  reader.push(frame(6, { streamId: 0x8000_0005 }));
  expect(taken).toEqual(['6 0 5 ']);
});

test.each([
  ['at once', 9],
  ['byte by byte', 1],
])('a frame that announces too much is refused before its payload comes, %s', (_, step) => {
  const { reader } = recordingReader();
  const head = frame(0, {}, Buffer.alloc(16_385)).subarray(0, 9);
  let thrown: unknown;
  try {
    for (let at = 0; at < 9; at += step) reader.push(head.subarray(at, at + step));
  } catch (error) {
    thrown = error;
  }
  // An empty push at the next chunk finds what the last one held.
  try {
    reader.push(Buffer.of(0));
  } catch (error) {
    thrown ??= error;
  }
  expect(thrown).toBeInstanceOf(ConnectionFailure);
  expect(thrown).toMatchObject({ code: errorCode.frameSizeError });
});

test('it says whether the last bytes completed a frame', () => {
  const { reader } = recordingReader();
  const ping = frame(6, {}, Buffer.alloc(8));
  reader.push(ping.subarray(0, 10));
  expect(reader).toMatchObject({ hasMoved: false, isWithinFrame: true });
  reader.push(Buffer.concat([ping.subarray(10), ping.subarray(0, 3)]));
  expect(reader).toMatchObject({ hasMoved: true, isWithinFrame: true });
  reader.push(ping.subarray(3, 5));
  expect(reader).toMatchObject({ hasMoved: false, isWithinFrame: true });
});
