import { describe, expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import {
  compare,
  decimalViolations,
  exactText,
  MoneyError,
  parseDecimal,
  rational,
  toDecimal,
} from './index.ts';

const accepted: [string, bigint, bigint][] = [
  ['0', 0n, 1n],
  ['0.001', 1n, 1_000n],
  ['29.00', 29n, 1n],
  ['0.000000000001', 1n, 10n ** 12n],
  ['999999999999999999999999999999', 10n ** 30n - 1n, 1n],
];

test.each(accepted)('reads %s exactly', (text, numerator, denominator) => {
  expect(compare(parseDecimal(text), rational(numerator, denominator))).toBe(0);
});

const refused: [unknown, string[]][] = [
  ['', ['not_empty']],
  [12, ['text']],
  [null, ['text']],
  ['1e3', ['no_exponent']],
  ['+1', ['no_plus_sign']],
  ['-1', ['not_negative']],
  ['-0', ['not_negative', 'no_negative_zero']],
  ['--1', ['not_negative', 'one_minus_sign']],
  ['1-', ['one_minus_sign']],
  ['-', ['not_negative', 'integer_digits_min']],
  ['1,5', ['no_grouping']],
  ['1_000', ['no_grouping']],
  [' 1', ['no_spaces']],
  ['1\n', ['no_spaces']],
  ['01', ['no_leading_zero']],
  ['.5', ['integer_digits_min']],
  ['5.', ['fraction_digits_min']],
  ['.', ['integer_digits_min', 'fraction_digits_min']],
  ['1.2.3', ['one_point']],
  ['0x10', ['ascii_digits']],
  ['١٢', ['ascii_digits']],
  ['NaN', ['ascii_digits']],
  ['Infinity', ['ascii_digits']],
  ['0.0000000000001', ['fraction_digits_max']],
  ['1'.repeat(31), ['integer_digits_max']],
  ['1'.repeat(101), ['length_max']],
  ['-01.5e+3,', ['no_exponent', 'no_plus_sign', 'no_grouping', 'not_negative', 'no_leading_zero']],
];

test.each(refused)('refuses %j and names every broken rule', (text, rules) => {
  expect(decimalViolations(text).map(({ rule }) => rule)).toEqual(rules);
  expect(() => parseDecimal(text as string)).toThrow(MoneyError);
});

describe('limits', () => {
  test('a negative value is read only where it is allowed, minus zero nowhere', () => {
    expect(toDecimal(parseDecimal('-1.5', { allowNegative: true }))).toBe('-1.5');
    expect(() => parseDecimal('-0.00', { allowNegative: true })).toThrow(MoneyError);
  });

  test('the field is named in the violation', () => {
    expect(() => parseDecimal('x', { field: 'items[2].unit_price' })).toThrow(
      expect.objectContaining({
        violations: [expect.objectContaining({ field: 'items[2].unit_price' })],
      }),
    );
  });
});

test('whatever text is given is either read or refused with a reason, never both', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE,_ ]{0,12}$/));
  checkProperty(
    fc.property(text, (input) => {
      const violations = decimalViolations(input, { allowNegative: true });
      if (violations.length > 0) {
        expect(() => parseDecimal(input, { allowNegative: true })).toThrow(MoneyError);
      } else {
        const value = parseDecimal(input, { allowNegative: true });
        expect(compare(parseDecimal(toDecimal(value), { allowNegative: true }), value)).toBe(0);
      }
    }),
    { runs: 2_000 },
  );
});

test('printing and reading give back the value', () => {
  checkProperty(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(12), (units, digits) => {
      const value = rational(units, 10n ** BigInt(digits));
      expect(compare(parseDecimal(toDecimal(value), { allowNegative: true }), value)).toBe(0);
    }),
  );
});

test('a value without a finite decimal form is printed as a fraction, never cut', () => {
  expect(exactText(rational(2n, 6n))).toBe('1/3');
  expect(exactText(rational(-5n, 40n))).toBe('-0.125');
  expect(() => toDecimal(rational(1n, 3n))).toThrow(
    expect.objectContaining({ reason: 'NOT_A_FINITE_DECIMAL' }),
  );
});
