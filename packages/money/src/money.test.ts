import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  addMoney,
  compareMoney,
  currency,
  exactValue,
  formatMoney,
  MINOR_UNITS_MAX,
  MoneyError,
  money,
  moneyToDecimal,
  negateMoney,
  parseDecimal,
  parseMoney,
  rational,
  roundToMoney,
  subtractMoney,
  sumMoney,
  times,
} from './index.ts';

const usd = currency('USD');
const eur = currency('EUR');
const minorUnits = fc.bigInt({ min: -MINOR_UNITS_MAX / 4n, max: MINOR_UNITS_MAX / 4n });
const anyCurrency = fc
  .constantFrom('USD', 'JPY', 'KWD', 'CLF', 'MGA')
  .map((code) => currency(code));

test('an overage is exact until it is put on the invoice, then rounded once', () => {
  const overage = times(rational(1_235n), parseDecimal('0.001'));
  expect(moneyToDecimal(roundToMoney(overage, usd))).toBe('1.24');
  expect(moneyToDecimal(roundToMoney(overage, currency('JPY')))).toBe('1');
  expect(moneyToDecimal(roundToMoney(overage, currency('KWD')))).toBe('1.235');
});

const rounded = (text: string, scale: typeof usd) =>
  moneyToDecimal(roundToMoney(parseDecimal(text, { allowNegative: true }), scale));

test('a half goes away from zero, or to the even unit where the currency says so', () => {
  const bank = currency('USD', { rounding: 'half_even' });
  expect(['0.005', '-0.005', '0.015', '0.0049999'].map((text) => rounded(text, usd))).toEqual([
    '0.01',
    '-0.01',
    '0.02',
    '0.00',
  ]);
  expect(['0.005', '-0.005', '0.015', '0.00500001'].map((text) => rounded(text, bank))).toEqual([
    '0.00',
    '0.00',
    '0.02',
    '0.01',
  ]);
});

test('amounts of different currencies are never combined or compared', () => {
  const [dollars, euros] = [money(1n, usd), money(1n, eur)];
  for (const combine of [addMoney, subtractMoney, compareMoney]) {
    expect(() => combine(dollars, euros)).toThrow(
      expect.objectContaining({ reason: 'CURRENCY_MISMATCH' }),
    );
  }
  expect(() => sumMoney([euros], usd)).toThrow(MoneyError);
});

test('an amount that no int64 can hold is refused, at both ends', () => {
  expect(money(MINOR_UNITS_MAX, usd).minorUnits).toBe(MINOR_UNITS_MAX);
  expect(money(-MINOR_UNITS_MAX, usd).minorUnits).toBe(-MINOR_UNITS_MAX);
  for (const tooLarge of [MINOR_UNITS_MAX + 1n, -MINOR_UNITS_MAX - 1n]) {
    expect(() => money(tooLarge, usd)).toThrow(expect.objectContaining({ reason: 'OUT_OF_RANGE' }));
  }
  expect(() => addMoney(money(MINOR_UNITS_MAX, usd), money(1n, usd))).toThrow(MoneyError);
});

test('what is printed can be read back, in every scale', () => {
  checkProperty(
    fc.property(minorUnits, anyCurrency, (units, scale) => {
      const amount = money(units, scale);
      const text = moneyToDecimal(amount);
      expect(parseMoney(text, scale, { allowNegative: true })).toEqual(amount);
      expect(roundToMoney(exactValue(amount), scale)).toEqual(amount);
    }),
  );
});

test('addition and subtraction undo each other and a sum does not depend on order', () => {
  checkProperty(
    fc.property(minorUnits, minorUnits, (left, right) => {
      const [a, b] = [money(left, usd), money(right, usd)];
      expect(subtractMoney(addMoney(a, b), b)).toEqual(a);
      expect(addMoney(a, b)).toEqual(addMoney(b, a));
      expect(sumMoney([a, b, negateMoney(a)], usd)).toEqual(b);
      expect(compareMoney(a, b)).toBe(left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});

test('equal amounts compare as equal', () => {
  expect(compareMoney(money(5n, usd), money(5n, usd))).toBe(0);
});

test('an amount with more decimal places than its currency has is refused', () => {
  expect(() => parseMoney('1.005', usd, { field: 'price' })).toThrow(
    expect.objectContaining({ violations: [expect.objectContaining({ field: 'price' })] }),
  );
  expect(() => parseMoney('1.0', currency('JPY'))).toThrow(MoneyError);
});

describe('for people', () => {
  test('every digit of the largest amount is shown', () => {
    expect(formatMoney(money(MINOR_UNITS_MAX, usd), 'en-US')).toBe('$92,233,720,368,547,758.07');
    expect(formatMoney(money(-290_050n, eur), 'de-DE')).toBe('-2.900,50\u00a0€');
  });

  test('cents are shown by the currency, not by what the runtime believes of it', () => {
    expect(formatMoney(money(12_345n, currency('HUF')), 'en-US')).toBe('HUF\u00a0123.45');
    expect(formatMoney(money(12_300n, currency('HUF')), 'en-US')).toBe('HUF\u00a0123.00');
    expect(formatMoney(money(12_345n, currency('JPY')), 'en-US')).toBe('¥12,345');
    expect(formatMoney(money(12_345n, currency('KWD')), 'en-US')).toBe('KWD\u00a012.345');
  });
});
