import { expect, test } from '@jest/globals';
import { oneOf, wholeNumber } from './read-value.ts';

test('a whole number is taken within its bounds, and its absence is the fallback', () => {
  const bounds = { fallback: 3, max: 20 };
  expect(wholeNumber('rounds', undefined, bounds)).toBe(3);
  expect(wholeNumber('rounds', '1', bounds)).toBe(1);
  expect(wholeNumber('rounds', '20', bounds)).toBe(20);
});

test.each(['0', '21', '-1', '1.5', '1e1', '0x3', ' 3', '', 'three'])(
  'no number of rounds: %j',
  (text) => {
    expect(() => wholeNumber('rounds', text, { fallback: 3, max: 20 })).toThrow(
      '--rounds must be a whole number from 1 to 20',
    );
  },
);

test('a word is one of those that are known', () => {
  const words = ['tcp', 'unix'] as const;
  expect(oneOf('socket', undefined, words)).toBeUndefined();
  expect(oneOf('socket', 'unix', words)).toBe('unix');
  expect(() => oneOf('socket', 'udp', words)).toThrow('--socket must be one of tcp, unix');
  expect(() => oneOf('socket', '', words)).toThrow('--socket must be one of tcp, unix');
});
