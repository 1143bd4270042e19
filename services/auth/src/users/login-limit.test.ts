import { expect, test } from '@jest/globals';
import { createLoginLimit } from './login-limit.ts';

test('a burst is allowed, then one try for each refill, for each address by itself', () => {
  const limit = createLoginLimit(10);
  const burst = Array.from({ length: 11 }, () => limit.take('a', 0));
  expect(burst).toEqual([...Array.from({ length: 10 }, () => 0), 6_000]);
  expect(limit.take('b', 0)).toBe(0);
  expect(limit.take('a', 5_999)).toBe(1);
  expect(limit.take('a', 6_000)).toBe(0);
  expect(limit.take('a', 6_000)).toBe(6_000);
});

test('refused tries cost nothing', () => {
  const limit = createLoginLimit(1);
  limit.take('a', 0);
  for (let tries = 0; tries < 100; tries += 1) limit.take('a', 1_000);
  expect(limit.take('a', 60_000)).toBe(0);
});

test('an address is forgotten once 50,000 others came after it, and not before', () => {
  const limit = createLoginLimit(1);
  limit.take('a', 0);
  for (let other = 0; other < 49_999; other += 1) limit.take(`other ${other}`, 0);
  expect(limit.take('a', 0)).toBe(60_000);
  limit.take('one more', 0);
  expect(limit.take('a', 0)).toBe(0);
});
