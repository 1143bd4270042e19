import { expect, test } from '@jest/globals';
import { collectGarbage } from './collect-garbage.ts';

/** Makes garbage in a frame of its own, so that nothing holds it afterwards. */
function makeGarbage(): WeakRef<object> {
  return new WeakRef(Array.from({ length: 1_000_000 }, (_, index) => ({ index })));
}

test('garbage is gone afterwards, and its memory with it', async () => {
  const garbage = makeGarbage();
  const before = process.memoryUsage().heapTotal;
  await collectGarbage();
  expect(garbage.deref()).toBeUndefined();
  expect(process.memoryUsage().heapTotal).toBeLessThan(before);
});
