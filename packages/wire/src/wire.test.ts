import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  beginMessage,
  beginNested,
  createCursor,
  createTextTable,
  createWriter,
  endNested,
  finish,
  finishCopy,
  MalformedMessage,
  nestedEnd,
  pointAt,
  readTag,
  readText,
  readUint32,
  readUint64,
  skipField,
  writeText,
  writeUint32,
  writeUint64,
} from './index.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 16 }),
  // Long numbers: most bytes say that another one follows.
  fc
    .array(fc.integer({ min: 120, max: 140 }), { maxLength: 12 })
    .map((list) => Uint8Array.from(list)),
);

/** What is read and where the reader stands then, or that it is refused. */
function outcome<T>(read: () => [T, number]): [T, number] | 'refused' {
  try {
    return read();
  } catch {
    return 'refused';
  }
}

function at(given: Uint8Array) {
  const cursor = createCursor();
  pointAt(cursor, given);
  return cursor;
}

describe('reading any bytes ends as in protobuf-es:', () => {
  test.each<[string, (given: Uint8Array) => unknown, (reader: BinaryReader) => unknown]>([
    ['numbers of 32 bits', (given) => readOwn(given, readUint32), (reader) => reader.uint32()],
    ['numbers of 64 bits', (given) => readOwn(given, readUint64), (reader) => reader.uint64()],
    ['texts', (given) => readOwn(given, readText), (reader) => reader.string(true)],
    [
      'tags',
      (given) => readOwn(given, readTag),
      (reader) => {
        const [number, wireType] = reader.tag();
        return ((number << 3) | wireType) >>> 0;
      },
    ],
    [
      'fields that are skipped',
      (given) =>
        readOwn(given, (cursor) => {
          const tag = readTag(cursor);
          skipField(cursor, tag, 1);
          return tag;
        }),
      (reader) => {
        const [number, wireType] = reader.tag();
        reader.skip(wireType, number, 99);
        return ((number << 3) | wireType) >>> 0;
      },
    ],
  ])('%s', (_name, own, reference) => {
    const property = fc.property(bytes, (given) => {
      const expected = outcome(() => {
        const reader = new BinaryReader(given);
        return [reference(reader), reader.pos];
      });
      expect(own(given)).toEqual(expected);
    });
    checkProperty(property, { runs: 5_000 });
  });
});

function readOwn<T>(given: Uint8Array, read: (cursor: ReturnType<typeof at>) => T) {
  const cursor = at(given);
  return outcome(() => [read(cursor), cursor.position]);
}

test('groups are followed to a depth of a hundred, and no further', () => {
  for (const [depth, passes] of [
    [99, true],
    [100, false],
    [100_000, false],
  ] as const) {
    const given = Uint8Array.from([...Array(depth).fill(11), ...Array(depth).fill(12)]);
    const skip = () => {
      const cursor = at(given);
      skipField(cursor, readTag(cursor), 1);
    };
    if (passes) skip();
    else expect(skip).toThrow(MalformedMessage);
  }
});

test('what is longer than the message is refused before anything of it is read', () => {
  for (const read of [readText, nestedEnd]) {
    expect(() => read(at(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 65)))).toThrow(
      MalformedMessage,
    );
  }
});

describe('a text table', () => {
  const texts = fc.array(
    fc.oneof(fc.constantFrom('a', 'ab', 'tenant'), fc.string({ unit: 'binary' })),
  );

  test('never answers another text than the one that is there, however full it is', () => {
    const table = createTextTable({ slots: 4, bytesMax: 8 });
    const property = fc.property(texts, (list) => {
      const writer = createWriter();
      for (const text of list) writeText(writer, text);
      const cursor = at(finish(writer));
      for (const text of list) expect(table.read(cursor)).toBe(text.toWellFormed());
    });
    checkProperty(property, { runs: 500 });
  });

  test('refuses what is no UTF-8, also in place of a text that it knows', () => {
    const table = createTextTable({ slots: 1, bytesMax: 8 });
    expect(table.read(at(Uint8Array.of(1, 65)))).toBe('A');
    expect(() => table.read(at(Uint8Array.of(1, 0xc1)))).toThrow(MalformedMessage);
    expect(table.read(at(Uint8Array.of(1, 65)))).toBe('A');
  });
});

/** One thing to write, with whatever is within. */
type Part =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'long'; readonly value: bigint }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'nested'; readonly parts: readonly Part[] };

const parts = fc.letrec<{ part: Part; parts: Part[] }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('number' as const),
      value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    }),
    fc.record({
      kind: fc.constant('long' as const),
      value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    }),
    fc.record({
      kind: fc.constant('text' as const),
      value: fc.string({ unit: 'binary', maxLength: 300 }),
    }),
    fc.record({ kind: fc.constant('nested' as const), parts: tie('parts') }),
  ),
  parts: fc.array(tie('part'), { maxLength: 6 }),
})).parts;

test('what is written is what protobuf-es writes, message after message, in memory of any size', () => {
  const writer = createWriter();
  const handedOut: { bytes: Uint8Array; hex: string }[] = [];
  const property = fc.property(parts, (list) => {
    beginMessage(writer);
    for (const part of list) writeOwn(part);
    const written = finish(writer);
    const reference = new BinaryWriter();
    for (const part of list) writeReference(reference, part);
    const hex = Buffer.from(reference.finish()).toString('hex');
    expect(Buffer.from(written).toString('hex')).toBe(hex);
    handedOut.push({ bytes: written, hex });
  });
  checkProperty(property, { runs: 2_000 });
  for (const { bytes, hex } of handedOut) expect(Buffer.from(bytes).toString('hex')).toBe(hex);

  function writeOwn(part: Part): void {
    if (part.kind === 'number') return writeUint32(writer, part.value);
    if (part.kind === 'long') return writeUint64(writer, part.value);
    if (part.kind === 'text') return writeText(writer, part.value);
    const begun = beginNested(writer);
    for (const within of part.parts) writeOwn(within);
    endNested(writer, begun);
  }
  function writeReference(reference: BinaryWriter, part: Part): void {
    if (part.kind === 'number') reference.uint32(part.value);
    else if (part.kind === 'long') reference.uint64(part.value);
    else if (part.kind === 'text') reference.string(part.value);
    else {
      reference.fork();
      for (const within of part.parts) writeReference(reference, within);
      reference.join();
    }
  }
});

test('a message that was never finished leaves nothing behind', () => {
  const writer = createWriter();
  writeText(writer, 'left');
  beginMessage(writer);
  writeUint32(writer, 7);
  expect([...finishCopy(writer)]).toEqual([7]);
});
