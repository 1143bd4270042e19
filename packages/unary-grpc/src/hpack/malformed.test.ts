import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { CompressionError } from './compression-error.ts';
import { decodeBlock } from './decode-block.ts';
import { createDynamicTable, type DynamicTable, slotOf } from './dynamic-table.ts';
import { createHeaderDecoder } from './header-decoder.ts';
import { decodeNaively } from './testing/naive-decoder.ts';
import { createNaiveEncoder } from './testing/naive-encoder.ts';
import { plainField } from './testing/plain-field.ts';

const limits = { tableBytesMax: 4_096, listBytesMax: 16_384, fieldsMax: 128 };

describe('refuses', () => {
  test.each([
    ['index 0', '80'],
    ['an index beyond the static table, when the dynamic one is empty', 'be'],
    ['a name beyond the tables', '7f0000'],
    ['a name beyond the tables, not indexed', '0f2f00'],
    ['an index of six bytes', 'ff8080808001'],
    ['an index of leading zeros', 'ff808080808000'],
    ['the largest integers', 'ffffffffffffffffffff'],
    ['an index that is cut off', 'ff80'],
    ['a name that is cut off', '4003787a'],
    ['a literal without its value', '400178'],
    ['a literal of nothing', '40'],
    ['a value longer than the block', '40017802ff'],
    ['a value of 2^28 bytes', '4001787f80ffff7f'],
    ['a Huffman name with wrong padding', '4081000178'],
    ['a Huffman value with the end of string', '40017884ffffffff'],
    ['a table larger than announced', '3fe21f'],
    ['a table size after a field', '8220'],
    ['a third table size', '202020'],
    ['a table size that is cut off', '3f'],
  ])('%s', (_, hex) => {
    const block = Buffer.from(hex, 'hex');
    expect(() => createHeaderDecoder(limits).decode(block)).toThrow(CompressionError);
  });

  test('an entry that was evicted', () => {
    const decoder = createHeaderDecoder(limits);
    const encoder = createNaiveEncoder(4_096);
    decoder.decode(encoder.encode([plainField('a', '1'), plainField('a', '2')]));
    decoder.decode(Buffer.from([0xbf]));
    decoder.decode(encoder.encode([plainField('x', 'y'.repeat(4_050))]));
    expect(() => decoder.decode(Buffer.from([0xbf]))).toThrow(CompressionError);
  });

  test('wrong coding also where the list is dropped', () => {
    const decoder = createHeaderDecoder({ ...limits, fieldsMax: 0 });
    const block = Buffer.from('0001788100', 'hex');
    expect(() => decoder.decode(block)).toThrow(CompressionError);
  });
});

test('takes what is allowed: two table sizes, no fields, integers with a few zeros', () => {
  const decoder = createHeaderDecoder(limits);
  expect(decoder.decode(Buffer.from('203fe11f82', 'hex')).fields).toEqual([':method', 'GET']);
  expect(decoder.decode(Buffer.alloc(0)).fields).toEqual([]);
  const lengthWithZeros = [0x7f, 0x80, 0x80, 0x00];
  const literal = Buffer.from([0x00, 0x01, 0x78, ...lengthWithZeros, ...Buffer.alloc(127, 'y')]);
  expect(decoder.decode(literal).fields).toEqual(['x', 'y'.repeat(127)]);
});

const blocksPerRun = 1_000;

test('a hundred thousand mutated blocks: the same as decoded naively, or CompressionError', () => {
  checkProperty(
    fc.property(fc.integer({ min: 1 }), fc.constantFrom(0, 60, 200, 4_096), (seed, bytesMax) => {
      const random = randomFrom(seed);
      let count = 0;
      while (count < blocksPerRun) count += compareMutated(random, bytesMax);
    }),
    { runs: 100 },
  );
});

/** Decodes mutated blocks of one connection, up to the first fault; answers how many. */
function compareMutated(random: (below: number) => number, bytesMax: number): number {
  const encoder = createNaiveEncoder(bytesMax);
  const ours = createDynamicTable(bytesMax, bytesMax);
  const theirs = { entries: [], bytesMax, bytesLimit: bytesMax };
  for (let count = 1; ; count += 1) {
    const block = mutate(encoder.encode(randomFields(random)), random);
    const expected = decodeNaively(block, theirs);
    const fields = decodeOrNothing(block, ours);
    const isSame = JSON.stringify(fields) === JSON.stringify(expected?.flat());
    if (!isSame) throw new Error(`differs in ${block.toString('hex')}`);
    if (!fields || count === 10) return count;
    checkTable(ours, theirs.entries);
  }
}

function decodeOrNothing(block: Buffer, table: DynamicTable): readonly string[] | undefined {
  try {
    return decodeBlock(block, table, { listBytesMax: 1_000_000, fieldsMax: 10_000 }).fields;
  } catch (error) {
    if (error instanceof CompressionError) return undefined;
    throw error;
  }
}

function checkTable(table: DynamicTable, entries: readonly (readonly [string, string])[]): void {
  const own = Array.from({ length: table.count }, (_, index) => [
    table.names[slotOf(table, index)],
    table.values[slotOf(table, index)],
  ]);
  if (JSON.stringify(own) !== JSON.stringify(entries)) throw new Error('tables differ');
  if (table.bytes > table.bytesMax) throw new Error('a table beyond its size');
}

function randomFields(random: (below: number) => number) {
  return Array.from({ length: random(4) }, () => ({
    field: [
      [':path', 'x-a', 'x-b', 'cookie'][random(4)] as string,
      String.fromCharCode(...Array.from({ length: random(12) }, () => random(256))),
    ] as const,
    representation: (['indexed', 'indexing', 'plain', 'never'] as const)[random(4)] ?? 'plain',
    isNameIndexed: random(2) === 0,
    isNameHuffman: random(2) === 0,
    isValueHuffman: random(2) === 0,
  }));
}

/** Flips bits, writes over, inserts, cuts, or leaves the block as it is. */
function mutate(block: Buffer, random: (below: number) => number): Buffer {
  const bytes = [...block];
  for (let count = random(4); count > 0; count -= 1) {
    const at = random(bytes.length + 1);
    const interesting = [0x00, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xbe, 0xff][random(8)] as number;
    const change = random(5);
    if (change === 0) bytes.splice(at, 1);
    else if (change === 1) bytes.splice(at, 0, interesting);
    else if (change === 2) bytes.length = at;
    else if (at < bytes.length) {
      bytes[at] = change === 3 ? interesting : (bytes[at] as number) ^ (1 << random(8));
    }
  }
  return Buffer.from(bytes);
}

/** xorshift32: the same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
