import { expect, test } from '@jest/globals';
import { currency, money, rational } from './index.ts';
import { roomForTaxes, roundWithin } from './tax-room.ts';

const eur = currency('EUR');

test.each([1n, -1n])('the room of a line is what its whole cents of tax leave (%d)', (sign) => {
  const exact = new Map([
    ['a', rational(sign * 1_999n, 10_000n)],
    ['b', rational(sign * 305n, 10_000n)],
  ]);
  expect(roomForTaxes([{ amount: money(sign * 100n, eur) }], [exact])).toEqual([78n]);
});

test.each([1n, -1n])('only being rounded up takes from the room of a line (%d)', (sign) => {
  const values = [19n, 16n, 10n].map((tenths) => rational(sign * tenths, 1_000n));
  const room = [5n, 5n, 5n];
  const taxes = roundWithin(values, eur, room);
  expect(taxes.map(({ minorUnits }) => sign * minorUnits)).toEqual([2n, 2n, 1n]);
  expect(room).toEqual([4n, 4n, 5n]);
});
