import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import { uncountedCaller } from '../admission/caller.ts';
import { createLimitLists } from '../admission/limit-list.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { rateLimit } from '../policies/domain/limit.ts';
import { createLocalLimits } from './local-limits.ts';

const limits = [
  {
    limit: rateLimit({ limitId: 'one', requests: 1, windowSeconds: 60 }),
    of: 'credential' as const,
  },
];
const list = createLimitLists()(limits, monthAt(0));
const caller = (name: string) => uncountedCaller(name, { shards: 1, limits, list });

test('a state is forgotten once 100,000 others came after it, and not before', () => {
  const local = createLocalLimits(fixedClock('2026-11-21T12:00:00Z'));
  const isAdmitted = (key: string) => local.admit(caller(key)).admitted;
  expect(isAdmitted('a')).toBe(true);
  for (let other = 0; other < 99_999; other += 1) isAdmitted(`other ${other}`);
  expect(isAdmitted('a')).toBe(false);
  isAdmitted('one more');
  expect(isAdmitted('a')).toBe(true);
});
