import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import { createOpenBatches } from './open-batches.ts';

test('a process that stood still looks back as long as that for calls that went elsewhere', () => {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const nowUs = () => clock.now().epochMilliseconds * 1_000;
  const batches = createOpenBatches({ counters: { nowUs }, clock, retriedWithinMs: 2_000 });
  const lookBackUs = (shard: number) => nowUs() - batches.batchFor(shard, true).askedSinceUs;
  expect(lookBackUs(0)).toBe(2_000_000);
  clock.advance({ milliseconds: 4_000 });
  expect(lookBackUs(1)).toBe(6_000_000);
  // What arrives with it is read within a second.
  clock.advance({ milliseconds: 900 });
  expect(lookBackUs(2)).toBe(6_000_000);
  clock.advance({ milliseconds: 900 });
  expect(lookBackUs(3)).toBe(2_000_000);
});
