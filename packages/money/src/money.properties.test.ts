import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { splitExactly } from './allocate.ts';
import {
  allocate,
  allocateWithin,
  type Currency,
  compare,
  currency,
  currencyCodes,
  customCurrency,
  decimalViolations,
  exactText,
  exactValue,
  formatMoney,
  MINOR_UNITS_MAX,
  minus,
  money,
  moneyToDecimal,
  ONE,
  parseDecimal,
  parseMoney,
  type Rational,
  rational,
  roundTogether,
  roundToMoney,
  sum,
  sumMoney,
  toDecimal,
} from './index.ts';

const scale: fc.Arbitrary<Currency> = fc
  .constantFrom('half_away_from_zero' as const, 'half_even' as const)
  .chain((rounding) =>
    fc.oneof(
      fc.constantFrom(...currencyCodes()).map((code) => currency(code, { rounding })),
      fc
        .nat(8)
        .map((minorUnitDigits) => customCurrency({ code: 'CREDITS', minorUnitDigits, rounding })),
    ),
  );
const magnitude = fc.oneof(
  fc.bigInt({ min: -99n, max: 99n }),
  fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
);
const exact = fc
  .tuple(magnitude, fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));

test('a split adds up to the whole and every part is less than a unit from its exact share', () => {
  const weight = exact.filter(({ numerator }) => numerator >= 0n);
  const weights = fc.array(fc.oneof(weight, fc.constant(ONE)), { minLength: 1, maxLength: 9 });
  checkProperty(
    fc.property(scale, magnitude, weights, (unit, whole, shares) => {
      const all = sum(shares);
      if (all.numerator === 0n) return;
      const parts = allocate(money(whole, unit), shares).map(({ minorUnits }) => minorUnits);
      expect(parts.reduce((left, right) => left + right, 0n)).toBe(whole);
      shares.forEach(({ numerator, denominator }, index) => {
        // part - whole × share / all, over one positive denominator.
        const exactly = whole * numerator * all.denominator;
        const divisor = denominator * all.numerator;
        const error = (parts[index] ?? 0n) * divisor - exactly;
        expect(error < divisor && -error < divisor).toBe(true);
        if (numerator === 0n) expect(parts[index]).toBe(0n);
      });
    }),
    { runs: 500 },
  );
});

test('the units left over go to the largest remainders, the earlier one if equal', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 60n }), { minLength: 1, maxLength: 9 });
  checkProperty(
    fc.property(fc.bigInt({ min: 0n, max: 999n }), weights, (whole, shares) => {
      const all = shares.reduce((left, right) => left + right, 0n);
      if (all === 0n) return;
      const split = allocate(
        money(whole, currency('USD')),
        shares.map((share) => rational(share)),
      );
      const ranked = split
        .map(({ minorUnits }, index) => {
          const remainder = (whole * (shares[index] ?? 0n)) % all;
          return { remainder, raised: minorUnits * all > whole * (shares[index] ?? 0n) };
        })
        .sort((left, right) =>
          left.remainder < right.remainder ? 1 : left.remainder > right.remainder ? -1 : 0,
        );
      const firstLower = ranked.findIndex(({ raised }) => !raised);
      expect(
        ranked.slice(firstLower < 0 ? ranked.length : firstLower).some(({ raised }) => raised),
      ).toBe(false);
    }),
    { runs: 500 },
  );
});

test('values rounded together add up to their rounded sum, each less than a unit away', () => {
  const value = fc
    .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 999n }))
    .map(([numerator, denominator]) => rational(numerator, denominator));
  checkProperty(
    fc.property(scale, fc.array(value, { maxLength: 9 }), (unit, values) => {
      const parts = roundTogether(values, unit);
      expect(sumMoney(parts, unit)).toEqual(roundToMoney(sum(values), unit));
      const unitValue = rational(1n, 10n ** BigInt(unit.minorUnitDigits));
      parts.forEach((part, index) => {
        const error = minus(exactValue(part), values[index] ?? ONE);
        expect(compare(error, unitValue)).toBe(-1);
        expect(compare(minus(rational(0n), error), unitValue)).toBe(-1);
      });
    }),
    { runs: 300 },
  );
});

test('hundreds of values with as many denominators are rounded together, exactly', () => {
  const value = fc
    .tuple(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
    .map(([numerator, denominator]) => rational(numerator, denominator));
  const many = fc.array(value, { minLength: 150, maxLength: 400, size: 'max' });
  checkProperty(
    fc.property(many, (values) => {
      const yen = currency('JPY');
      const parts = roundTogether(values, yen);
      // Over the product of all denominators, which no Rational could hold.
      const common = values.reduce((product, { denominator }) => product * denominator, 1n);
      const exactly = values.reduce(
        (total, { numerator, denominator }) => total + numerator * (common / denominator),
        0n,
      );
      const twiceError = 2n * (sumMoney(parts, yen).minorUnits * common - exactly);
      expect(twiceError <= common && -twiceError <= common).toBe(true);
    }),
    { runs: 10 },
  );
  const weights = fc.array(fc.bigInt({ min: 2n, max: 10n ** 6n }), {
    minLength: 150,
    maxLength: 300,
    size: 'max',
  });
  checkProperty(
    fc.property(weights, fc.constantFrom(1n, -1n), (denominators, side) => {
      const shares = denominators.map((denominator) => rational(side, denominator));
      const parts = allocate(money(10n ** 9n, currency('JPY')), shares);
      expect(sumMoney(parts, currency('JPY')).minorUnits).toBe(10n ** 9n);
      expect(parts.every(({ minorUnits }) => minorUnits >= 0n)).toBe(true);
    }),
    { runs: 10 },
  );
});

test('what is split within room never exceeds it, and all of it can be taken', () => {
  const rooms = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 9 });
  checkProperty(
    fc.property(scale, rooms, fc.nat(1_000), (unit, units, thousandths) => {
      const room = units.map((each) => money(each, unit));
      const available = units.reduce((left, right) => left + right, 0n);
      const total = (available * BigInt(thousandths)) / 1_000n;
      const parts = allocateWithin(money(total, unit), room).map(({ minorUnits }) => minorUnits);
      expect(parts.reduce((left, right) => left + right, 0n)).toBe(total);
      parts.forEach((part, index) => {
        expect(part >= 0n && part <= (units[index] ?? -1n)).toBe(true);
      });
    }),
  );
});

test('values without room are raised only when nothing else is left to raise', () => {
  const values = fc.array(fc.tuple(exact, fc.boolean()), { minLength: 1, maxLength: 9 });
  checkProperty(
    fc.property(values, (pairs) => {
      const list = pairs.map(([value]) => value);
      const total = roundToMoney(sum(list), currency('JPY')).minorUnits;
      const parts = splitExactly(total, list, (index) => pairs[index]?.[1] ?? false);
      const isRaised = (index: number) => parts[index] !== cut(list[index] ?? ONE);
      const raisedWithout = pairs.some(([, room], index) => !room && isRaised(index));
      if (!raisedWithout) return;
      const up = total > list.map(cut).reduce((left, right) => left + right, 0n) ? 1n : -1n;
      pairs.forEach(([value, room], index) => {
        const lost = value.numerator * up > cut(value) * value.denominator * up;
        if (room && lost) expect(isRaised(index)).toBe(true);
      });
    }),
    { runs: 300 },
  );
});

test('a decimal is read as it is printed, and printed as it was read but for zeros at its end', () => {
  const text = fc.stringMatching(/^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,12})?$/);
  const limits = { allowNegative: true };
  checkProperty(
    fc.property(text, (given) => {
      if (decimalViolations(given, limits).length > 0) {
        expect(given).toMatch(/^-[0.]+$/);
        return;
      }
      const printed = toDecimal(parseDecimal(given, limits));
      expect(printed).toBe(given.includes('.') ? given.replace(/\.?0+$/, '') : given);
      expect(toDecimal(parseDecimal(printed, limits))).toBe(printed);
    }),
    { runs: 500 },
  );
  checkProperty(
    fc.property(magnitude, fc.nat(12), (units, digits) => {
      const value = rational(units, 10n ** BigInt(digits));
      expect(compare(parseDecimal(toDecimal(value), limits), value)).toBe(0);
      expect(exactText(value)).toBe(toDecimal(value));
    }),
  );
});

test('an amount is read as it is printed, in every currency and scale', () => {
  const units = fc.oneof(magnitude, fc.constantFrom(MINOR_UNITS_MAX, -MINOR_UNITS_MAX));
  checkProperty(
    fc.property(scale, units, (unit, minorUnits) => {
      const amount = money(minorUnits, unit);
      const text = moneyToDecimal(amount);
      expect(parseMoney(text, unit, { allowNegative: true })).toEqual(amount);
      expect(text.split('.')[1]?.length ?? 0).toBe(unit.minorUnitDigits);
      expect(roundToMoney(exactValue(amount), unit)).toEqual(amount);
    }),
    { runs: 500 },
  );
});

test('what people read has every digit of the amount, in every locale', () => {
  const locale = fc.constantFrom('en-US', 'de-DE', 'fr-CH', 'ja-JP', 'en-IN', 'pt-BR', 'sv-SE');
  checkProperty(
    fc.property(scale, magnitude, locale, (unit, minorUnits, language) => {
      const amount = money(minorUnits, unit);
      const digits = formatMoney(amount, language)
        .replace(unit.code, '')
        .replace(/[^0-9]/g, '');
      expect(digits).toBe(moneyToDecimal(amount).replace(/[^0-9]/g, ''));
    }),
  );
});

test.each(['tlh', 'xx-XX', 'de_DE', '', 'x', 'en-US-u-nu-latn-'])(
  'refuses %j as a locale instead of taking the one of the machine',
  (locale) => {
    expect(() => formatMoney(money(1n, currency('USD')), locale)).toThrow(
      expect.objectContaining({
        reason: 'INVALID_LOCALE',
        violations: [expect.objectContaining({ field: 'locale', rule: 'supported' })],
      }),
    );
  },
);

/** The value without its fraction. */
function cut({ numerator, denominator }: Rational): bigint {
  return numerator / denominator;
}
