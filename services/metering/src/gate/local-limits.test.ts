import { expect, test } from '@jest/globals';
import { fixedClock } from '@tollgate/runtime/service';
import { rateLimit } from '../policies/domain/limit.ts';
import { createLocalLimits } from './local-limits.ts';

const limit = rateLimit({ limitId: 'one', requests: 1, windowSeconds: 60 });
const account = (key: string) => ({
  tenant: 'ten_1',
  environment: 'live' as const,
  limits: [{ limit, key }],
});

test('a state is forgotten once 100,000 others came after it, and not before', () => {
  const limits = createLocalLimits(fixedClock('2026-11-21T12:00:00Z'));
  const isAdmitted = (key: string) => limits.admit(account(key)).admitted;
  expect(isAdmitted('a')).toBe(true);
  for (let other = 0; other < 99_999; other += 1) isAdmitted(`other ${other}`);
  expect(isAdmitted('a')).toBe(false);
  isAdmitted('one more');
  expect(isAdmitted('a')).toBe(true);
});
