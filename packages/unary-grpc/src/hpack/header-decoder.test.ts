import { describe, expect, test } from '@jest/globals';
import { CompressionError } from './compression-error.ts';
import { createHeaderDecoder } from './header-decoder.ts';
import { encodeLiteral } from './index.ts';
import { encodeInteger } from './integer.ts';
import { createNaiveEncoder, encodeString } from './testing/naive-encoder.ts';
import { plainField } from './testing/plain-field.ts';

const limits = { tableBytesMax: 4_096, listBytesMax: 16_384, fieldsMax: 128 };
const open = (bounds: Partial<typeof limits> = {}) => ({
  decoder: createHeaderDecoder({ ...limits, ...bounds }),
  encoder: createNaiveEncoder(bounds.tableBytesMax ?? limits.tableBytesMax),
});
const request = [plainField(':method', 'POST', 'indexed'), plainField('te', 'trailers', 'indexed')];

describe('a repeated block', () => {
  test('gives the same frozen object while the table stays', () => {
    const { decoder, encoder } = open();
    const first = decoder.decode(encoder.encode(request));
    const second = decoder.decode(encoder.encode(request));
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    expect(decoder.decode(encoder.encode(request))).toBe(second);
    expect(Object.isFrozen(second) && Object.isFrozen(second.fields)).toBe(true);
  });

  test('is decoded again after the table changed', () => {
    const { decoder, encoder } = open();
    encoder.encode([]);
    decoder.decode(encoder.encode([plainField('x-a', '1')]));
    const newest = Buffer.from([0xbe]);
    const before = decoder.decode(newest);
    expect(before.fields).toEqual(['x-a', '1']);
    decoder.decode(encoder.encode([plainField('x-a', '2')]));
    expect(decoder.decode(newest).fields).toEqual(['x-a', '2']);
    expect(before.fields).toEqual(['x-a', '1']);
  });

  test('is decoded again after a new table size, also if nothing was evicted', () => {
    const { decoder } = open();
    decoder.decode(Buffer.from([0x20, 0x82]));
    decoder.decode(Buffer.from([...encodeInteger(100, 5, 0x20), 0x82]));
    // Known bytes, which must set the size to 0 again.
    decoder.decode(Buffer.from([0x20, 0x82]));
    decoder.decode(Buffer.from([0x40, ...encodeString('x', false), ...encodeString('y', false)]));
    expect(() => decoder.decode(Buffer.from([0xbe]))).toThrow(CompressionError);
  });

  test('is found among the last eight, whatever their lengths, and not by a part of its bytes', () => {
    const { decoder } = open();
    const blocks = [1, 2, 3, 63, 64, 65, 200, 512].map((length) =>
      Buffer.from(Array.from({ length }, (_, at) => 0x82 + ((at * length) % 6))),
    );
    const lists = blocks.map((block) => decoder.decode(block));
    blocks.forEach((block, at) => {
      expect(decoder.decode(Buffer.from(block))).toBe(lists[at]);
    });
    for (const block of blocks) {
      block[block.length - 1] = 0x88;
      expect(decoder.decode(block)).toEqual(open().decoder.decode(block));
    }
  });

  test('may lie in a buffer that is written over', () => {
    const { decoder } = open();
    const block = Buffer.from(encodeLiteral('x-a', '1'));
    const list = decoder.decode(block);
    block.fill(0);
    expect(list.fields).toEqual(['x-a', '1']);
    expect(decoder.decode(Buffer.from(encodeLiteral('x-a', '1')))).toBe(list);
  });
});

describe('a list beyond the limits', () => {
  test('keeps the first fields and says so', () => {
    const { decoder, encoder } = open({ fieldsMax: 2 });
    const fields = ['1', '2', '3'].map((value) => plainField('x', value));
    expect(decoder.decode(encoder.encode(fields))).toEqual({
      fields: ['x', '1', 'x', '2'],
      isTooLarge: true,
    });
  });

  test('is exact to the byte', () => {
    const fields = [plainField('name', 'value'), plainField('n', 'v')];
    const bytes = 9 + 32 + 2 + 32;
    const fits = open({ listBytesMax: bytes });
    const list = fits.decoder.decode(fits.encoder.encode(fields));
    expect(list).toEqual({ fields: ['name', 'value', 'n', 'v'], isTooLarge: false });
    const beyond = open({ listBytesMax: bytes - 1 });
    const cut = beyond.decoder.decode(beyond.encoder.encode(fields));
    expect(cut).toEqual({ fields: ['name', 'value'], isTooLarge: true });
  });

  test('leaves the table right', () => {
    const { decoder, encoder } = open({ listBytesMax: 100 });
    const large = plainField('x', 'y'.repeat(200));
    expect(decoder.decode(encoder.encode([large, plainField('x-a', '1')])).fields).toEqual([]);
    expect(decoder.decode(Buffer.from([0xbe])).fields).toEqual(['x-a', '1']);
    expect(decoder.decode(Buffer.from([0xbf]))).toEqual({ fields: [], isTooLarge: true });
  });

  test('keeps no more than its limit when each byte names a large entry', () => {
    const { decoder, encoder } = open();
    decoder.decode(encoder.encode([plainField('x', 'y'.repeat(4_000))]));
    const list = decoder.decode(Buffer.alloc(1_000_000, 0xbe));
    expect(list.fields).toHaveLength(2 * 4);
    expect(list.isTooLarge).toBe(true);
  });
});

describe('answers', () => {
  test.each([
    [':status', '200'],
    ['grpc-status', '0'],
    ['grpc-message', 'x'.repeat(1_000)],
    ['x', '\u00ff'],
    ['', ''],
  ])('%s comes back from the literal', (name, value) => {
    const { decoder } = open();
    expect(decoder.decode(Buffer.from(encodeLiteral(name, value))).fields).toEqual([name, value]);
  });

  test('have one byte per character', () => {
    expect(() => encodeLiteral('x', '\u010a')).toThrow(RangeError);
  });
});
