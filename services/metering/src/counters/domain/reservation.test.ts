import { expect, test } from '@jest/globals';
import { readReservation, reservationText } from './reservation.ts';

test.each(['live|2026-11-21T01|key_sample', 'live|2026-11-21T01:45|key_sample'])(
  '%s is read as it is written',
  (text) => {
    const reservation = readReservation(text);
    expect(reservation).toMatchObject({ environment: 'live', keyId: 'key_sample' });
    expect(reservation && reservationText(reservation)).toBe(text);
  },
);

test.each([
  '',
  '-',
  'live|2026-99-99T99|key_sample',
  'live|2026-02-30T01|key_sample',
  'live|2026-11-21T24|key_sample',
  'live|2026-11-21T01:00|key_sample',
  'live|2026-11-21T01:20|key_sample',
  'live|1969-12-31T23|key_sample',
  'live|1969-12-31T23:45|key_sample',
  'else|2026-11-21T01|key_sample',
  'live|2026-11-21T01|key sample',
])('%p is no reservation', (text) => {
  expect(readReservation(text)).toBeUndefined();
});
