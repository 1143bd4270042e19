import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { createHeaderDecoder } from './header-decoder.ts';
import { createNaiveEncoder } from './testing/naive-encoder.ts';

const latin1 = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const names = fc.oneof(
  fc.constantFrom(':path', ':method', 'cookie', 'via', 'x-a', 'x-b', ''),
  latin1(40),
);
const values = fc.oneof(fc.constantFrom('GET', '/', '1', '2', ''), latin1(200), latin1(20));
const field = fc.record({
  field: fc.tuple(names, values),
  representation: fc.constantFrom('indexed', 'indexing', 'plain', 'never'),
  isNameIndexed: fc.boolean(),
  isNameHuffman: fc.boolean(),
  isValueHuffman: fc.boolean(),
});
const tableLimits = fc.constantFrom(0, 31, 64, 200, 1_000, 4_096, 16_384);
const block = fc.record({
  fields: fc.array(field, { maxLength: 12 }),
  sizes: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
  times: fc.constantFrom(1, 1, 2, 3),
});

test('any fields in any representation, with evictions and sizes, arrive as sent', () => {
  checkProperty(
    fc.property(tableLimits, fc.array(block, { maxLength: 20 }), (tableBytesMax, blocks) => {
      const encoder = createNaiveEncoder(tableBytesMax);
      const decoder = createHeaderDecoder({
        tableBytesMax,
        listBytesMax: 1_000_000,
        fieldsMax: 1_000,
      });
      for (const { fields, sizes, times } of blocks) {
        // Repeated with the same fields, so that some blocks have the same bytes.
        for (let time = 0; time < times; time += 1) {
          const bytes = encoder.encode(
            fields,
            sizes.map((part) => Math.floor(part * tableBytesMax)),
          );
          const list = decoder.decode(bytes);
          expect(list.fields).toEqual(fields.flatMap((encoded) => encoded.field));
          expect(list.isTooLarge).toBe(false);
          bytes.fill(0xff);
        }
      }
    }),
  );
});
