import { expect, test } from '@jest/globals';
import { accountParts } from '../counters/account-parts.ts';
import { hourAt } from './hour.ts';
import { readReservation, reservationText } from './reservation.ts';

test('a reservation is read as it is written', () => {
  const text = 'live|2026-11-21T01|key_sample';
  const reservation = readReservation(text);
  expect(reservation).toMatchObject({ environment: 'live', keyId: 'key_sample' });
  expect(reservation && reservationText(reservation)).toBe(text);
});

test.each([
  '',
  '-',
  'live|2026-99-99T99|key_sample',
  'live|2026-02-30T01|key_sample',
  'live|2026-11-21T24|key_sample',
  'else|2026-11-21T01|key_sample',
  'live|2026-11-21T01|key sample',
])('%p is no reservation', (text) => {
  expect(readReservation(text)).toBeUndefined();
});

test('a call given back from the hour before makes no account be encoded anew', () => {
  const account = { tenant: 'ten_sample', environment: 'live', keyId: 'k', limits: [] } as const;
  const nowUs = 1_795_000_000_000_000;
  const before = accountParts(account, hourAt(nowUs));
  readReservation(`live|${hourAt(nowUs - 3_600_000_000).text}|k`);
  expect(accountParts(account, hourAt(nowUs))).toBe(before);
});
