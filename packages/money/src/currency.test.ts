import { expect, test } from '@jest/globals';
import {
  addMoney,
  currency,
  currencyCodes,
  customCurrency,
  exactValue,
  formatMoney,
  type Money,
  money,
  moneyToDecimal,
  parseMoney,
  type Rounding,
  rational,
} from './index.ts';
import { roundToInteger } from './rounding.ts';

test('scales are those of ISO 4217, not of coinage or of a locale database', () => {
  const digits = Object.fromEntries(
    ['USD', 'EUR', 'JPY', 'KRW', 'ISK', 'KWD', 'BHD', 'CLF', 'UYW', 'MGA', 'MRU', 'HUF', 'IQD'].map(
      (code) => [code, currency(code).minorUnitDigits],
    ),
  );
  expect(digits).toEqual({
    USD: 2,
    EUR: 2,
    JPY: 0,
    KRW: 0,
    ISK: 0,
    KWD: 3,
    BHD: 3,
    CLF: 4,
    UYW: 4,
    MGA: 2,
    MRU: 2,
    HUF: 2,
    IQD: 3,
  });
});

test('every known code is three capitals with a scale of 0, 2, 3 or 4 digits', () => {
  expect(currencyCodes().length).toBeGreaterThan(150);
  for (const code of currencyCodes()) {
    expect(code).toMatch(/^[A-Z]{3}$/);
    expect([0, 2, 3, 4]).toContain(currency(code).minorUnitDigits);
  }
});

test.each(['usd', 'US', 'XXX', 'XAU', 'XTS', '', 'BTC', 'constructor'])(
  'refuses %j as a currency',
  (code) => {
    expect(() => currency(code)).toThrow(expect.objectContaining({ reason: 'INVALID_CURRENCY' }));
  },
);

test('a custom currency names all that is wrong with it at once', () => {
  expect(() => customCurrency({ code: 'US', minorUnitDigits: 1.5 })).toThrow(
    expect.objectContaining({
      violations: [
        expect.objectContaining({ field: 'code' }),
        expect.objectContaining({ field: 'minorUnitDigits' }),
      ],
    }),
  );
  expect(() => customCurrency({ code: 'CREDITS', minorUnitDigits: 9 })).toThrow();
  expect(() => customCurrency({ code: 'CREDITS', minorUnitDigits: -1 })).toThrow();
});

test('a custom currency reads with its code behind the number', () => {
  const credits = customCurrency({ code: 'CREDITS', minorUnitDigits: 4 });
  expect(formatMoney(money(123_456_789n, credits), 'en-US')).toBe('12,345.6789 CREDITS');
});

test('a retired currency of an old book is a custom one, an active one never is', () => {
  const kuna = customCurrency({ code: 'HRK', minorUnitDigits: 2 });
  expect(formatMoney(money(75_345n, kuna), 'de-DE')).toBe('753,45 HRK');
  expect(() => currency('HRK')).toThrow(expect.objectContaining({ reason: 'INVALID_CURRENCY' }));
  expect(() => customCurrency({ code: 'EUR', minorUnitDigits: 2 })).toThrow(
    expect.objectContaining({ violations: [expect.objectContaining({ rule: 'not_iso_4217' })] }),
  );
});

test('only a currency that was made here has amounts, with the scale and law it was made with', () => {
  const usd = currency('USD');
  for (const [made, other] of [
    [usd, { ...usd, minorUnitDigits: 3 }],
    [usd, { ...usd }],
    [usd, structuredClone(usd)],
    [usd, Object.create(usd) as typeof usd],
  ] as const) {
    const uses = [
      () => money(1n, other),
      () => parseMoney('1', other),
      () => formatMoney({ currency: other, minorUnits: 1n }, 'en-US'),
      () => moneyToDecimal({ currency: other, minorUnits: 1n }),
      () => exactValue({ currency: other, minorUnits: 1n }),
      () => addMoney(money(1n, made), { currency: other, minorUnits: 1n }),
    ];
    for (const use of uses) {
      expect(use).toThrow(
        expect.objectContaining({
          reason: 'INVALID_CURRENCY',
          violations: [expect.objectContaining({ field: 'currency', rule: 'made_here' })],
        }),
      );
    }
  }
});

test.each(['half_up', '', undefined, null] as unknown[])(
  'refuses %j as a rounding law instead of taking one',
  (rounding) => {
    const law = { rounding: rounding as Rounding };
    const unknown = expect.objectContaining({
      reason: 'INVALID_CURRENCY',
      violations: [expect.objectContaining({ field: 'rounding', rule: 'known' })],
    });
    expect(() => roundToInteger(rational(1n, 2n), law.rounding)).toThrow(unknown);
    // What is not given is the default.
    if (rounding === undefined) return;
    expect(() => currency('USD', law)).toThrow(unknown);
    expect(() => customCurrency({ code: 'CREDITS', minorUnitDigits: 2, ...law })).toThrow(unknown);
  },
);

test.each(['CREDITS!', 'xCREDITS', 'AB', 'A1C', 'hrk', 'ABCDEFGHIJKLM', '1ABC'])(
  'refuses %j as the code of a custom currency',
  (code) => {
    expect(() => customCurrency({ code, minorUnitDigits: 0 })).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ field: 'code' })] }),
    );
  },
);

test.each([0, 8])('a custom currency may have %d digits', (minorUnitDigits) => {
  for (const code of ['ABCD', 'A23456_89012']) {
    const rounding = 'half_away_from_zero';
    expect(customCurrency({ code, minorUnitDigits })).toEqual({ code, minorUnitDigits, rounding });
  }
});

test('custom currencies of one code and two scales are never combined', () => {
  const [coarse, fine] = [2, 4].map((minorUnitDigits) =>
    money(1n, customCurrency({ code: 'CREDITS', minorUnitDigits })),
  ) as [Money, Money];
  expect(() => addMoney(coarse, fine)).toThrow(
    expect.objectContaining({ reason: 'CURRENCY_MISMATCH' }),
  );
});
