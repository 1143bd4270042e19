import { expect, test } from '@jest/globals';
import { decideTry } from './login-limit.ts';

const perMinute = 10;

test('a first try is taken, and whole again after one interval', () => {
  const taken = { kind: 'taken', refilledAtMs: 7_000 };
  expect(decideTry(undefined, { nowMs: 1_000, perMinute })).toEqual(taken);
  expect(decideTry(500, { nowMs: 1_000, perMinute })).toEqual(taken);
});

test('the last try of a burst is taken, the next one waits for an interval', () => {
  expect(decideTry(54_000, { nowMs: 0, perMinute })).toEqual({
    kind: 'taken',
    refilledAtMs: 60_000,
  });
  expect(decideTry(60_000, { nowMs: 0, perMinute })).toEqual({ kind: 'refused', waitMs: 6_000 });
  expect(decideTry(60_000, { nowMs: 5_999.5, perMinute })).toEqual({ kind: 'refused', waitMs: 1 });
  expect(decideTry(60_000, { nowMs: 6_000, perMinute }).kind).toBe('taken');
});
