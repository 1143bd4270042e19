import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { decodeBlock } from './decode-block.ts';
import { createDynamicTable, slotOf } from './dynamic-table.ts';
import { encodeInteger, readInteger } from './integer.ts';

interface Vectors {
  integers: { section: string; prefixBits: number; value: number; bytes: string }[];
  blocks: {
    section: string;
    tableBytesMax: number;
    steps: { block: string; fields: string[][]; table: string[][]; tableBytes: number }[];
  }[];
}

const url = new URL('vectors/rfc7541-appendix-c.json', import.meta.url);
const vectors = JSON.parse(readFileSync(url, 'utf8')) as Vectors;

describe("the RFC's integers", () => {
  test.each(vectors.integers)('$section', ({ prefixBits, value, bytes }) => {
    const block = Buffer.from(bytes, 'hex');
    expect(encodeInteger(value, prefixBits, 0)).toEqual([...block]);
    const reader = { block, at: 0 };
    expect(readInteger(reader, prefixBits)).toBe(value);
    expect(reader.at).toBe(block.length);
  });
});

describe("the RFC's blocks leave fields and table as it says", () => {
  test.each(vectors.blocks)('$section', ({ tableBytesMax, steps }) => {
    const table = createDynamicTable(tableBytesMax, tableBytesMax);
    for (const step of steps) {
      const block = Buffer.from(step.block, 'hex');
      const list = decodeBlock(block, table, { listBytesMax: 16_384, fieldsMax: 128 });
      expect(list).toEqual({ fields: step.fields.flat(), isTooLarge: false });
      const entries = Array.from({ length: table.count }, (_, index) => [
        table.names[slotOf(table, index)],
        table.values[slotOf(table, index)],
      ]);
      expect(entries).toEqual(step.table);
      expect(table.bytes).toBe(step.tableBytes);
    }
  });
});
