import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { parsePrice, rateLine } from './index.ts';
import { eventAmounts, eventsOf, priceDocument } from './testing/arbitrary-price.ts';
import { priceUnitByUnit, scaled } from './testing/unit-by-unit.ts';

const DIGITS = { USD: 2n, JPY: 0n, KWD: 3n, CREDITS: 4n } as const;

test('rating agrees with counting unit by unit, for any price and usage', () => {
  checkProperty(
    fc.property(priceDocument, eventAmounts, (document, amounts) => {
      const line = rateLine({ price: parsePrice(document), usage: eventsOf(amounts) });
      expect(line.amount.minorUnits).toBe(reference(document, amounts));
    }),
    { runs: 3_000 },
  );
});

/** Discount, bounds and rounding in integers of 10^-12 of the major unit. */
function reference(document: Parameters<typeof priceUnitByUnit>[0], amounts: number[]): bigint {
  const discount = scaled(document.discount_percent) / 10n ** 6n;
  let exact = priceUnitByUnit(document, amounts) * (10_000n - discount);
  const least = document.minimum === undefined ? exact : scaled(document.minimum) * 10_000n;
  if (exact < least) exact = least;
  const most = document.maximum === undefined ? exact : scaled(document.maximum) * 10_000n;
  if (exact > most) exact = most;
  const unit = 10n ** (12n - DIGITS[document.currency as keyof typeof DIGITS]);
  const [whole, rest] = [exact / unit, exact % unit];
  if (rest * 2n === unit) {
    return document.rounding === 'half_even' && whole % 2n === 0n ? whole : whole + 1n;
  }
  return rest * 2n > unit ? whole + 1n : whole;
}
