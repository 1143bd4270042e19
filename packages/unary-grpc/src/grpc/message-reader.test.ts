import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { liveBytes } from '../../test/support/memory.ts';
import { GrpcError, statusCode } from './grpc-error.ts';
import { createMessageReader, type MessageReader } from './message-reader.ts';

function prefixed(message: Uint8Array, flag = 0): Buffer {
  const head = Buffer.from([flag, 0, 0, 0, 0]);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Pushes the bytes in pieces that end where `cuts` say, and overwrites each piece afterwards. */
function pushInPieces(reader: MessageReader, bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  ends.sort((left, right) => left - right);
  let at = 0;
  return ends.flatMap((end) => {
    const piece = Buffer.from(bytes.subarray(at, end));
    at = end;
    const messages = reader.push(piece);
    piece.fill(0xff);
    return messages;
  });
}

test('however the bytes are split, the same messages come out, as copies', () => {
  const property = fc.property(
    fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(fc.nat(4_000), { maxLength: 20 }),
    (messages, rest, cuts) => {
      const reader = createMessageReader(300, 'identity');
      const bytes = Buffer.concat([
        ...messages.map((one) => prefixed(one)),
        // Zeros, so that a flag is none of its faults.
        Buffer.alloc(rest.length),
      ]);
      const read = pushInPieces(reader, bytes, cuts);
      expect(read.map((one) => one.toString('hex'))).toEqual(
        messages.map((one) => Buffer.from(one).toString('hex')),
      );
      expect(reader.partialBytes).toBe(rest.length);
    },
  );
  checkProperty(property, { runs: 300 });
});

test.each([
  ['too long', Buffer.of(0, 0, 0, 4, 1), statusCode.resourceExhausted],
  ['compressed', Buffer.of(1, 0, 0, 0, 0), statusCode.unimplemented],
  ['marked by a flag that is none', Buffer.of(2, 0, 0, 0, 0), statusCode.internal],
])('a message that is %s is refused as soon as its prefix is there', (_, prefix, code) => {
  const reader = createMessageReader(1_024, 'gzip');
  expect(reader.push(prefixed(Buffer.alloc(1_024)))).toHaveLength(1);
  expect(reader.push(prefix.subarray(0, 4))).toEqual([]);
  expect(() => reader.push(prefix.subarray(4))).toThrow(GrpcError);
  try {
    createMessageReader(1_024, 'gzip').push(prefix);
  } catch (error) {
    expect(error).toMatchObject({ code });
  }
});

test('what was announced takes no memory before it comes', () => {
  const before = liveBytes();
  const readers = Array.from({ length: 1_000 }, () => createMessageReader(4_194_304, 'identity'));
  for (const reader of readers) reader.push(Buffer.of(0, 0, 0x40, 0, 0));
  expect(liveBytes() - before).toBeLessThan(4_000_000);
  expect(readers[0]?.heldBytes).toBe(5);
});

test('a little that is held keeps no larger buffer alive', () => {
  const before = liveBytes();
  const readers = Array.from({ length: 8_000 }, () => {
    const reader = createMessageReader(4_194_304, 'identity');
    reader.push(Buffer.concat([prefixed(Buffer.alloc(20_000)), Buffer.of(0)]));
    // What else the process does with small buffers meanwhile.
    for (let index = 0; index < 10; index += 1) Buffer.allocUnsafe(8_000);
    return reader;
  });
  // Node's shared buffers would be 520 MB; what else this process holds comes and goes.
  expect(liveBytes() - before).toBeLessThan(260_000_000);
  expect(readers).toHaveLength(8_000);
});
