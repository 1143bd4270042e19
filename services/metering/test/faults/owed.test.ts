import { expect, test } from '@jest/globals';
import { testPlatform } from '@tollgate/testkit';
import { CountersUnavailable } from '../../src/counters/counters-unavailable.ts';
import { createOwed } from '../../src/give-backs/owed.ts';

function unavailable(): Promise<never> {
  return Promise.reject(new CountersUnavailable('away'));
}

test('what is done is not done again because something beside it still waits', async () => {
  using platform = testPlatform('metering');
  const owed = createOwed(platform);
  let done = 0;
  owed.add(unavailable);
  owed.add(async () => {
    done += 1;
  });
  for (let round = 0; round < 3; round += 1) await owed.settle();
  expect(done).toBe(1);
});

test('however many wait in vain, the others get their turn', async () => {
  using platform = testPlatform('metering');
  const owed = createOwed(platform);
  let done = 0;
  for (let task = 0; task < 1_000; task += 1) owed.add(unavailable);
  for (let task = 0; task < 1_000; task += 1) {
    owed.add(async () => {
      done += 1;
    });
  }
  for (let round = 0; round < 10; round += 1) await owed.settle();
  expect(done).toBe(1_000);
});

test('while the counters do not answer, only a few are tried', async () => {
  using platform = testPlatform('metering');
  const owed = createOwed(platform);
  let tried = 0;
  for (let task = 0; task < 1_000; task += 1) {
    owed.add(() => {
      tried += 1;
      return unavailable();
    });
  }
  await owed.settle();
  expect(tried).toBe(256);
  expect(platform.health.parts.get('owed')?.state).toBe('degraded');
});

test('what can never succeed is given up, and counted', async () => {
  using platform = testPlatform('metering');
  const owed = createOwed(platform);
  owed.add(() => Promise.reject(new Error('broken')));
  await owed.settle();
  const lost = await platform.metrics.getSingleMetric('tollgate_metering_owed_lost_total')?.get();
  expect(lost?.values).toMatchObject([{ value: 1 }]);
  const waiting = await platform.metrics
    .getSingleMetric('tollgate_metering_owed_operations')
    ?.get();
  expect(waiting?.values).toMatchObject([{ value: 0 }]);
});

test('there is room for a hundred thousand', () => {
  using platform = testPlatform('metering');
  const owed = createOwed(platform);
  for (let task = 0; task < 99_999; task += 1) owed.add(unavailable);
  expect(owed.hasRoom).toBe(true);
  expect(owed.add(unavailable)).toBe(true);
  expect(owed.hasRoom).toBe(false);
  expect(owed.add(unavailable)).toBe(false);
});
