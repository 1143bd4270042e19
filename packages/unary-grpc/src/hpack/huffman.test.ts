import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { CompressionError } from './compression-error.ts';
import { checkHuffman, decodeHuffman } from './huffman.ts';
import { encodeHuffman } from './testing/encode-huffman.ts';

const decode = (bytes: readonly number[]) => decodeHuffman(Uint8Array.from(bytes), 0, bytes.length);

test('every byte comes back, after every other byte', () => {
  const wrong: string[] = [];
  for (let first = 0; first < 256; first += 1) {
    for (let second = 0; second < 256; second += 1) {
      const text = String.fromCharCode(first, second);
      if (decode(encodeHuffman(text)) !== text) wrong.push(text);
    }
  }
  expect(wrong).toEqual([]);
});

test('any string comes back, also one longer than the kept buffer', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  checkProperty(
    fc.property(bytes, fc.constantFrom(1, 100), (array, times) => {
      const text = Buffer.from(array).toString('latin1').repeat(times);
      expect(decode(encodeHuffman(text))).toBe(text);
    }),
  );
});

describe('refuses', () => {
  test.each([
    ['padding of eight bits', [0xff]],
    ['a character and eight bits of padding', [0x1f, 0xff]],
    ['padding of many bits', [0x1f, 0xff, 0xff, 0xff]],
    ['padding with zeros', [0x00]],
    ['a code that is cut off', [0xfe]],
    ['the end of string alone', [0xff, 0xff, 0xff, 0xff]],
    ['the end of string and a character', [0xff, 0xff, 0xff, 0xfc, 0x1f]],
  ])('%s', (_, bytes) => {
    expect(() => decode(bytes)).toThrow(CompressionError);
    expect(() => checkHuffman(Uint8Array.from(bytes), 0, bytes.length)).toThrow(CompressionError);
  });
});

test('an empty string is one', () => {
  expect(decode([])).toBe('');
});
