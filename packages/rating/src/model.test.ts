import { expect, test } from '@jest/globals';
import { money, rational } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type PriceDocument, parsePrice, rateLine } from './index.ts';
import { eventAmounts, eventsOf, priceDocument } from './testing/arbitrary-price.ts';
import {
  GRAINS,
  GRAINS_OF_TENTH,
  type NaiveUsage,
  priceUnitByUnit,
  QUARTERS,
  quarters,
  scaled,
} from './testing/unit-by-unit.ts';

const DIGITS = { USD: 2n, JPY: 0n, KWD: 3n, CREDITS: 4n } as const;

test('rating agrees with counting unit by unit, for any price and usage', () => {
  checkProperty(
    fc.property(priceDocument, eventAmounts, (document, amounts) => {
      const line = rateLine({ price: parsePrice(document), usage: eventsOf(amounts) });
      const grains = amounts.map((amount) => amount * GRAINS);
      const usage = { grains, share: QUARTERS, interim: false };
      expect(line.amount.minorUnits).toBe(reference(document, usage));
    }),
    { runs: 3_000 },
  );
});

/** Amounts in tenths of a unit, up to twelve units, and often none. */
const tenths = fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(120) }, fc.constant(0)), {
  maxLength: 8,
});
const circumstances = fc.record({
  share: fc.integer({ min: 0, max: QUARTERS }),
  interim: fc.boolean(),
  billed: fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }),
});

test('so it does for tenths of units, quarters of periods, before their end and as a delta', () => {
  checkProperty(
    fc.property(priceDocument, tenths, circumstances, (document, amounts, given) => {
      const { share, interim, billed } = given;
      const price = parsePrice(document);
      const line = rateLine({
        price,
        usage: eventsOf(amounts.map((tenth) => `${BigInt(tenth) / 10n}.${BigInt(tenth) % 10n}`)),
        share: rational(BigInt(share), BigInt(QUARTERS)),
        interim,
        billed: money(billed, price.currency),
      });
      const grains = amounts.map((amount) => amount * GRAINS_OF_TENTH);
      const rated = reference(document, { grains, share, interim });
      expect(line.explanation.rounded.minorUnits).toBe(rated);
      expect(line.amount.minorUnits).toBe(rated - billed);
    }),
    { runs: 3_000 },
  );
});

interface Circumstances {
  readonly grains: readonly number[];
  /** Quarters of a period. */
  readonly share: number;
  readonly interim: boolean;
}

/** Discount, bounds and share in integers of 10^-12 of the major unit; then the one rounding. */
function reference(document: PriceDocument, { grains, share, interim }: Circumstances): bigint {
  const isFixed = document.kind === 'flat' || document.kind === 'capacity';
  const prorates = document.prorates ?? (isFixed ? 'amount' : 'terms');
  const terms = prorates === 'terms' ? share : QUARTERS;
  const usage: NaiveUsage = { amounts: grains, terms, interim };
  const discount = scaled(document.discount_percent) / 10n ** 6n;
  let exact = priceUnitByUnit(document, usage) * (10_000n - discount);
  const bound = (text: string, due: number) => quarters(scaled(text) * 10_000n, due);
  if (document.minimum !== undefined && !interim) {
    const least = bound(document.minimum, terms);
    if (exact < least) exact = least;
  }
  if (document.maximum !== undefined) {
    // A segment without a share keeps the whole maximum.
    const most = bound(document.maximum, terms === 0 ? QUARTERS : terms);
    if (exact > most) exact = most;
  }
  // In quarters of 10^-12, so that a share of the amount has nothing left over.
  exact *= BigInt(prorates === 'amount' ? share : QUARTERS);
  const unit = 10n ** (12n - DIGITS[document.currency as keyof typeof DIGITS]) * BigInt(QUARTERS);
  const [whole, rest] = [exact / unit, exact % unit];
  if (rest * 2n === unit) {
    return document.rounding === 'half_even' && whole % 2n === 0n ? whole : whole + 1n;
  }
  return rest * 2n > unit ? whole + 1n : whole;
}
