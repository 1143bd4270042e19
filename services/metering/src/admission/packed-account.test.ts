import { expect, test } from '@jest/globals';
import { readReservation } from '../counters/domain/reservation.ts';
import { slotAt } from '../counters/domain/slot.ts';
import { packedAccount } from './packed-account.ts';

test('a call given back from the slot before makes no account be encoded anew', () => {
  const account = { tenant: 'ten_sample', environment: 'live', keyId: 'k', limits: [] } as const;
  const nowUs = 1_795_000_000_000_000;
  const before = packedAccount(account, slotAt(nowUs));
  readReservation(`live|${slotAt(nowUs - 900_000_000).text}|k`);
  expect(packedAccount(account, slotAt(nowUs))).toBe(before);
});
