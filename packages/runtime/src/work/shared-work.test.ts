import { expect, test } from '@jest/globals';
import { createSharedWork } from './shared-work.ts';

/** Lets everything happen that waits for nothing but promises. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when the test says so, and counts its runs. */
function controlled() {
  const runs: PromiseWithResolvers<number>[] = [];
  return {
    runs,
    work: () => {
      const run = Promise.withResolvers<number>();
      runs.push(run);
      return run.promise;
    },
  };
}

test('all who ask during a run share its outcome, and the next to ask begins anew', async () => {
  const shared = createSharedWork<string, number>();
  const { runs, work } = controlled();
  const asked = [shared.share('a', work), shared.share('a', work), shared.share('b', work)];
  expect(runs).toHaveLength(2);
  expect(shared.running).toBe(2);
  runs[0]?.resolve(1);
  runs[1]?.resolve(2);
  expect(await Promise.all(asked)).toEqual([1, 1, 2]);
  expect(shared.running).toBe(0);
  const again = shared.share('a', work);
  runs[2]?.resolve(3);
  expect(await again).toBe(3);
});

test('a failure is shared and not kept', async () => {
  const shared = createSharedWork<string, number>();
  const { runs, work } = controlled();
  const asked = [shared.share('a', work), shared.share('a', work)];
  runs[0]?.reject(new Error('on purpose'));
  for (const one of asked) await expect(one).rejects.toThrow('on purpose');
  const again = shared.share('a', work);
  runs[1]?.resolve(2);
  expect(await again).toBe(2);
});

test('who asks for the next run never gets one that began before, and shares it with others', async () => {
  const shared = createSharedWork<string, number>();
  const { runs, work } = controlled();
  const first = shared.shareNext('a', work);
  const late = [shared.shareNext('a', work), shared.shareNext('a', work)];
  expect(runs).toHaveLength(1);
  runs[0]?.reject(new Error('on purpose'));
  await expect(first).rejects.toThrow('on purpose');
  // The run that follows begins although the one before failed.
  await turns();
  runs[1]?.resolve(2);
  expect(await Promise.all(late)).toEqual([2, 2]);
  expect(runs).toHaveLength(2);
});

test('one run at a time, also for those who ask again as soon as a run has ended', async () => {
  const shared = createSharedWork<string, number>();
  const { runs, work } = controlled();
  let ended = 0;
  const counted = () => work().finally(() => ended++);
  const first = shared.share('a', counted);
  const again = first.then(() => shared.share('a', counted));
  const next = shared.shareNext('a', counted);
  runs[0]?.resolve(1);
  await turns();
  expect(runs.length - ended).toBe(1);
  runs[1]?.resolve(2);
  expect(await Promise.all([first, again, next])).toEqual([1, 2, 2]);
  expect(runs).toHaveLength(2);
  expect(shared.running).toBe(0);
});
