import { expect, test } from '@jest/globals';
import {
  addMoney,
  allocate,
  allocateWithin,
  applyDiscounts,
  currency,
  customCurrency,
  decimalViolations,
  dividedBy,
  formatMoney,
  MINOR_UNITS_MAX,
  MoneyError,
  money,
  ONE,
  parseDecimal,
  parseMoney,
  type Rounding,
  rational,
  roundToMoney,
  taxLines,
  toDecimal,
  ZERO,
} from './index.ts';

const usd = currency('USD');
const cent = money(1n, usd);

const refusals: [reason: string, message: string, rules: string, call: () => unknown][] = [
  [
    'DIVISION_BY_ZERO',
    'denominator: must not be zero.',
    'denominator not_zero',
    () => rational(1n, 0n),
  ],
  [
    'DIVISION_BY_ZERO',
    'divisor: must not be zero.',
    'divisor not_zero',
    () => dividedBy(ONE, ZERO),
  ],
  [
    'OUT_OF_RANGE',
    'denominator: has more than 1,024 bits.',
    'denominator bits_max_1024',
    () => rational(1n, 2n ** 1024n + 1n),
  ],
  [
    'OUT_OF_RANGE',
    'amount: is larger than any amount we can store.',
    'amount int64',
    () => money(MINOR_UNITS_MAX + 1n, usd),
  ],
  [
    'CURRENCY_MISMATCH',
    'currency: EUR cannot be combined with USD.',
    'currency same_currency',
    () => addMoney(cent, money(1n, currency('EUR'))),
  ],
  [
    'INVALID_CURRENCY',
    'currency: is no active ISO 4217 code.',
    'currency iso_4217',
    () => currency('usd'),
  ],
  [
    'INVALID_CURRENCY',
    'code: must be three of A-Z, or have 4 to 12 of A-Z, 0-9 and _, and start with a letter. ' +
      'minorUnitDigits: must be a whole number from 0 to 8. ' +
      'rounding: must be one of half_away_from_zero, half_even.',
    'code custom_code, minorUnitDigits custom_digits, rounding known',
    () => customCurrency({ code: 'us', minorUnitDigits: 9, rounding: 'up' as Rounding }),
  ],
  [
    'INVALID_CURRENCY',
    'code: is an active ISO 4217 code, whose scale is fixed.',
    'code not_iso_4217',
    () => customCurrency({ code: 'USD', minorUnitDigits: 2 }),
  ],
  [
    'INVALID_CURRENCY',
    'currency: is no active ISO 4217 code. ' +
      'rounding: must be one of half_away_from_zero, half_even.',
    'currency iso_4217, rounding known',
    () => currency('usd', { rounding: 'up' as Rounding }),
  ],
  [
    'INVALID_CURRENCY',
    'currency: must be made by currency() or customCurrency(); a copy of one is none.',
    'currency made_here',
    () => money(2_900n, { ...usd, minorUnitDigits: 3 }),
  ],
  [
    'OUT_OF_RANGE',
    'price: is larger than any amount we can store.',
    'price int64',
    () => parseMoney('99999999999999999999', usd, { field: 'price' }),
  ],
  [
    'OUT_OF_RANGE',
    'value: is larger than any amount we can store.',
    'value int64',
    () => parseMoney('99999999999999999999', usd),
  ],
  [
    'DIVISION_BY_ZERO',
    'denominator: must have a denominator above zero.',
    'denominator positive',
    () => roundToMoney({ numerator: 1n, denominator: 0n }, usd),
  ],
  [
    'DIVISION_BY_ZERO',
    'weights[1]: must have a denominator above zero.',
    'weights[1] positive',
    () => allocate(cent, [ONE, { numerator: 1n, denominator: 0n }]),
  ],
  [
    'INVALID_ALLOCATION',
    'weights: must not be more than 10,000.',
    'weights count_max',
    () =>
      allocate(
        cent,
        Array.from({ length: 10_001 }, () => ONE),
      ),
  ],
  [
    'INVALID_ALLOCATION',
    'weights: need a common denominator of more than 65536 bits.',
    'weights common_denominator_max',
    () => {
      const weights = Array.from({ length: 100 }, (_, at) => rational(1n, 3n ** 600n + BigInt(at)));
      return allocate(cent, weights);
    },
  ],
  [
    'INVALID_TAX',
    'rates[0].rate: must have a denominator above zero.',
    'rates[0].rate positive',
    () =>
      taxLines({
        currency: usd,
        rates: [{ code: 'a', rate: { numerator: 1n, denominator: 0n } }],
        lines: [],
      }),
  ],
  [
    'INVALID_LOCALE',
    'locale: "xx-XX" is no locale that amounts can be shown in.',
    'locale supported',
    () => formatMoney(cent, 'xx-XX'),
  ],
  [
    'INVALID_LOCALE',
    'locale: "not a locale" is no locale that amounts can be shown in.',
    'locale supported',
    () => formatMoney(cent, 'not a locale'),
  ],
  [
    'INVALID_ALLOCATION',
    'weights: needs at least one weight, and weights that do not add up to zero.',
    'weights sum_not_zero',
    () => allocate(cent, []),
  ],
  [
    'INVALID_ALLOCATION',
    'room: neither the total nor any room may be negative.',
    'room not_negative',
    () => allocateWithin(money(-1n, usd), [cent]),
  ],
  [
    'INVALID_ALLOCATION',
    'room: neither the total nor any room may be negative.',
    'room not_negative',
    () => allocateWithin(cent, [money(-1n, usd), money(5n, usd)]),
  ],
  [
    'INVALID_ALLOCATION',
    'total: is more than what is left to allocate it to.',
    'total within_room',
    () => allocateWithin(money(2n, usd), [cent]),
  ],
  [
    'CURRENCY_MISMATCH',
    'currency: EUR cannot be combined with USD.',
    'currency same_currency',
    () => allocateWithin(cent, [money(0n, currency('EUR')), cent]),
  ],
  [
    'NOT_A_FINITE_DECIMAL',
    'value: has no finite decimal form.',
    'value finite',
    () => toDecimal(rational(1n, 3n)),
  ],
  [
    'INVALID_DECIMAL',
    'price: has more than 2 digits after the point.',
    'price fraction_digits_max',
    () => parseMoney('1.005', usd, { field: 'price' }),
  ],
  [
    'INVALID_DISCOUNT',
    'discounts[0].rate: must be from 0 to 1. discounts[1].rate: must be from 0 to 1. ' +
      'discounts[2].amount: must not be negative. ' +
      'discounts[2].lines: names a line that does not exist.',
    'discounts[0].rate fraction, discounts[1].rate fraction, ' +
      'discounts[2].amount not_negative, discounts[2].lines existing',
    () =>
      applyDiscounts({
        currency: usd,
        lines: [cent],
        discounts: [
          { kind: 'percentage', rate: rational(-1n) },
          { kind: 'percentage', rate: rational(101n, 100n) },
          { kind: 'amount', amount: money(-1n, usd), lines: [0, 1] },
        ],
      }),
  ],
  [
    'INVALID_TAX',
    'rates[1].code: comes twice. rates[1].rate: must not be negative. ' +
      'lines[0].taxes: names the unknown tax "b". lines[0].taxes: names a tax twice.',
    'rates[1].code unique, rates[1].rate not_negative, ' +
      'lines[0].taxes known, lines[0].taxes unique',
    () =>
      taxLines({
        currency: usd,
        rates: [
          { code: 'a', rate: ONE },
          { code: 'a', rate: rational(-1n) },
        ],
        lines: [{ amount: cent, taxes: ['b', 'a', 'a'] }],
      }),
  ],
];

test.each(refusals)('%s says that %s', (reason, message, rules, call) => {
  const error = thrownBy(call);
  expect(error.name).toBe('MoneyError');
  expect(error.reason).toBe(reason);
  expect(error.message).toBe(message);
  expect(error.violations.map(({ field, rule }) => `${field} ${rule}`).join(', ')).toBe(rules);
});

const texts: [text: unknown, messages: string][] = [
  [1, 'text: must be a text.'],
  ['', 'not_empty: must not be empty.'],
  ['1'.repeat(101), 'length_max: must not be longer than 100 characters.'],
  ['1'.repeat(100), 'integer_digits_max: has more than 30 digits before the point.'],
  ['1 ', 'no_spaces: must not contain spaces.'],
  ['1e5', 'no_exponent: must not have an exponent.'],
  ['1E5', 'no_exponent: must not have an exponent.'],
  ['+1', 'no_plus_sign: must not have a plus sign.'],
  ["1'000", 'no_grouping: must not group digits; the point is ".".'],
  ['1x', 'ascii_digits: must only have the digits 0-9, a point and a minus sign.'],
  ['-1', 'not_negative: must not be negative.'],
  ['-0', 'not_negative: must not be negative. no_negative_zero: must not be minus zero.'],
  ['1-1', 'one_minus_sign: may have a minus sign only in front.'],
  ['1.2.3', 'one_point: must not have more than one point.'],
  ['.5', 'integer_digits_min: needs a digit before the point.'],
  ['5.', 'fraction_digits_min: needs a digit after the point.'],
  ['007', 'no_leading_zero: must not have leading zeros.'],
  [`0.${'1'.repeat(13)}`, 'fraction_digits_max: has more than 12 digits after the point.'],
];

test.each(texts)('the decimal text %j breaks exactly: %s', (text, messages) => {
  const found = decimalViolations(text);
  expect(found.map(({ rule, message }) => `${rule}: ${message}`).join(' ')).toBe(messages);
  expect(new Set(found.map(({ field }) => field))).toEqual(new Set(['value']));
  expect(() => parseDecimal(text as string)).toThrow(
    expect.objectContaining({ reason: 'INVALID_DECIMAL', violations: found }),
  );
});

function thrownBy(call: () => unknown): MoneyError {
  try {
    call();
  } catch (error) {
    if (error instanceof MoneyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
