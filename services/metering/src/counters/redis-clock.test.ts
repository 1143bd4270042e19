import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import { createRedisClock } from './redis-clock.ts';

const startUs = Date.UTC(2026, 10, 21, 12) * 1000;

function running() {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const redis = createRedisClock(clock);
  redis.restart(startUs);
  return { redis, pass: (milliseconds: number) => clock.advance({ milliseconds }) };
}

test('an answer that was read late does not set the estimate back', () => {
  const { redis, pass } = running();
  pass(700);
  redis.saw(startUs + 200_000);
  expect(redis.nowUs()).toBe(startUs + 700_000);
});

test('an answer that was read sooner makes the estimate better', () => {
  const { redis, pass } = running();
  pass(700);
  redis.saw(startUs + 750_000);
  expect(redis.nowUs()).toBe(startUs + 750_000);
});

test('a Redis whose clock was set back is followed at once, or after some seconds if by little', () => {
  const { redis, pass } = running();
  redis.saw(startUs - 3_000_000);
  expect(redis.nowUs()).toBe(startUs - 3_000_000);
  redis.saw(startUs - 4_000_000);
  expect(redis.nowUs()).toBe(startUs - 3_000_000);
  for (let second = 1; second <= 21; second += 1) {
    pass(1_000);
    redis.saw(startUs - 4_000_000 + second * 1_000_000);
  }
  expect(redis.nowUs()).toBe(startUs - 4_000_000 + 21_000_000);
});
