import { expect, test } from '@jest/globals';
import { testPlatform } from '../testing/test-platform.ts';
import { every } from './every.ts';

function setUp() {
  const platform = testPlatform();
  platform.health.markStarted();
  const { signal } = new AbortController();
  return { platform, options: { ...platform, ms: 1, signal, name: 'sweep' } };
}

test('runs never overlap, and closing waits for the run that is going on', async () => {
  const { options } = setUp();
  let running = 0;
  let most = 0;
  let runs = 0;
  const third = Promise.withResolvers<void>();
  const timer = every(options, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 3));
    running -= 1;
    runs += 1;
    if (runs === 3) third.resolve();
  });
  await third.promise;
  await timer[Symbol.asyncDispose]();
  expect([most, running]).toEqual([1, 0]);
});

test('failed runs are counted, degrade health after three, and a good one heals it', async () => {
  const { platform, options } = setUp();
  const states: string[] = [];
  const healed = Promise.withResolvers<void>();
  let run = 0;
  const timer = every(options, async () => {
    states.push(platform.health.state);
    run += 1;
    if (run <= 3) throw new Error('no luck');
    if (run === 5) healed.resolve();
  });
  await healed.promise;
  await timer[Symbol.asyncDispose]();
  expect(states.slice(0, 5)).toEqual(['ready', 'ready', 'ready', 'degraded', 'ready']);
  expect(platform.health.parts.size).toBe(0);
  const metrics = await platform.metrics.metrics();
  expect(metrics).toContain('tollgate_timer_failures_total{timer="sweep",service="test"} 3');
  expect(metrics).toMatch(/tollgate_timer_last_success_timestamp_seconds\{timer="sweep".*\} \d/);
});

test('a run that was aborted is not counted as failed', async () => {
  const { platform, options } = setUp();
  const started = Promise.withResolvers<void>();
  const timer = every(options, async (signal) => {
    started.resolve();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  });
  await started.promise;
  await timer[Symbol.asyncDispose]();
  expect(platform.lines).toEqual([]);
});
