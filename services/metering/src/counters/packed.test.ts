import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPackedWriter, packedNumbers, packedText, readPacked } from './packed.ts';

const rangeError = expect.objectContaining({ name: 'RangeError' });

const wholes = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 65_000, max: 66_000 }),
  fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }),
  fc.maxSafeNat(),
);

test('what is written is read again, however it was put together', () => {
  const writer = createPackedWriter();
  fc.assert(
    fc.property(fc.array(wholes), fc.array(wholes), (single, together) => {
      writer.begin();
      for (const number of single) writer.number(number);
      writer.items(packedNumbers(together), together.length);
      const reader = readPacked(Buffer.from(writer.end()));
      expect([...single, ...together].map(() => reader.next())).toEqual([...single, ...together]);
      reader.end();
    }),
  );
});

test.each([
  ['a negative fixint', 'ff', -1],
  ['uint 8', 'ccff', 255],
  ['uint 64', 'cf001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['int 8', 'd080', -128],
  ['int 16', 'd18000', -32_768],
  ['int 32', 'd280000000', -2_147_483_648],
  ['int 64', 'd3fffffffeffffffff', -4_294_967_297],
])('%s is read', (_name, hex, expected) => {
  const reader = readPacked(Buffer.from(`91${hex}`, 'hex'));
  expect(reader.next()).toBe(expected);
  reader.end();
});

test.each([
  ['no array', 'cc05'],
  ['a text', '91a161'],
  ['a double', '91cb3ff0000000000000'],
  ['beyond what is exact', '91cf0020000000000001'],
  ['cut off', '91cd01'],
  ['too short', '90'],
])('%s is refused', (_name, hex) => {
  expect(() => readPacked(Buffer.from(hex, 'hex')).next()).toThrow(rangeError);
});

test.each([1, 31, 32, 83, 255, 256, 65_535])('a text of %i bytes is read', (length) => {
  const text = 'live|'.repeat(length).slice(0, length);
  const bytes = Buffer.from(text);
  const size = Buffer.of(length >> 8, length & 0xff);
  const heads = [Buffer.of(0xda, ...size)];
  if (length < 256) heads.push(Buffer.of(0xd9, length));
  if (length < 32) heads.push(Buffer.of(0xa0 + length));
  for (const head of heads) {
    const reader = readPacked(Buffer.concat([Buffer.of(0x91), head, bytes]));
    expect(reader.text()).toBe(text);
    reader.end();
  }
});

test.each([
  ['a number instead of a text', '9105'],
  ['a text that is cut off', '91a36162'],
  ['no text', '90'],
])('%s is refused', (_name, hex) => {
  expect(() => readPacked(Buffer.from(hex, 'hex')).text()).toThrow(rangeError);
});

test('what is left over is refused', () => {
  expect(() => readPacked(Buffer.from('9101', 'hex')).end()).toThrow(rangeError);
  const reader = readPacked(Buffer.from('910102', 'hex'));
  reader.next();
  expect(() => reader.end()).toThrow(rangeError);
});

test('a text longer than Redis is told of is refused', () => {
  expect(packedText('key')).toEqual(Buffer.from('d9036b6579', 'hex'));
  expect(() => packedText('x'.repeat(256))).toThrow(rangeError);
});
