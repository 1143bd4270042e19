import { expect, test } from '@jest/globals';
import { randomBase62, toBase62 } from './base62.ts';

/** Every byte in turn, again and again. */
function everyByte(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => next++ % 256);
}

test('each character of base 62 is as likely as any other', () => {
  const text = randomBase62(62 * 4, everyByte());
  const counts = Map.groupBy(text, (character) => character);
  expect(text).toMatch(/^[0-9A-Za-z]*$/);
  expect([...counts.values()].map(({ length }) => length)).toEqual(
    Array.from({ length: 62 }, () => 4),
  );
});

test('there are always as many random characters as asked for, whatever is thrown away', () => {
  const bytes = [255, 61, 248, 247, 0, 10];
  const randomBytes = (length: number) => Uint8Array.from(bytes.splice(0, length));
  expect(randomBase62(4, randomBytes)).toBe('zz0A');
});

test('a number is padded to its length', () => {
  expect(toBase62(0, 3)).toBe('000');
  expect(toBase62(62 * 62 - 1, 3)).toBe('0zz');
});
