import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { NumberReader, packedNumbers, putListHead } from './packed.ts';

const numbers = fc.oneof(
  fc.constantFrom(0, 0x7f, 0x80, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, 2 ** 53 - 1),
  fc.maxSafeNat(),
);

function listOf(values: readonly number[]): Uint8Array {
  const packed = packedNumbers(values);
  const bytes = new Uint8Array(3 + packed.length);
  bytes.set(packed, putListHead(bytes, 0, values.length));
  return bytes;
}

test('every whole number that is exact comes back as it was', () => {
  checkProperty(
    fc.property(fc.array(numbers, { maxLength: 100 }), (values) => {
      const reader = new NumberReader();
      reader.open(listOf(values));
      expect(values.map(() => reader.next())).toEqual(values);
      reader.end();
    }),
  );
});

test('a list that is too short, too long, cut off or of something else is refused', () => {
  const reader = new NumberReader();
  const read = (bytes: Uint8Array, count: number) => {
    reader.open(bytes);
    for (let at = 0; at < count; at += 1) reader.next();
    reader.end();
  };
  const good = listOf([1, 70_000]);
  read(good, 2);
  expect(() => read(good, 3)).toThrow('missing');
  expect(() => read(good, 1)).toThrow('left over');
  expect(() => read(good.subarray(0, good.length - 1), 2)).toThrow('cut off');
  expect(() => read(Uint8Array.of(0xc0), 0)).toThrow('no list');
  expect(() => read(Uint8Array.of(0x91, 0xcb), 1)).toThrow('no whole number');
  const beyond = Uint8Array.of(0x91, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  expect(() => read(beyond, 1)).toThrow('beyond what is exact');
});
