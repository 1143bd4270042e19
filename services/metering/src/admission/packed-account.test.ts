import { expect, test } from '@jest/globals';
import { hourAt } from '../counters/domain/hour.ts';
import { readReservation } from '../counters/domain/reservation.ts';
import { packedAccount } from './packed-account.ts';

test('a call given back from the hour before makes no account be encoded anew', () => {
  const account = { tenant: 'ten_sample', environment: 'live', keyId: 'k', limits: [] } as const;
  const nowUs = 1_795_000_000_000_000;
  const before = packedAccount(account, hourAt(nowUs));
  readReservation(`live|${hourAt(nowUs - 3_600_000_000).text}|k`);
  expect(packedAccount(account, hourAt(nowUs))).toBe(before);
});
