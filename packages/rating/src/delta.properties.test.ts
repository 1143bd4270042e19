import { expect, test } from '@jest/globals';
import { addMoney, money, rational } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type Price, parsePrice, rateLine, type Usage } from './index.ts';
import { eventsOf, price, share } from './testing/arbitrary-price.ts';

/** Usage as it is known at one time; later states may be larger or, corrected, smaller. */
const state: fc.Arbitrary<Usage> = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }).map(eventsOf),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.constantFrom(1n, 7n, 1_000n))
    .map(([numerator, denominator]) => ({ quantity: rational(numerator, denominator) })),
);

test('any number of deltas adds up to rating once, up and down, whole and in part', () => {
  const states = fc.array(fc.tuple(state, fc.boolean()), { maxLength: 8 });
  checkProperty(
    fc.property(price, share, states, state, (given, part, before, last) => {
      let billed = money(0n, given.currency);
      for (const [usage, interim] of before.filter(([each]) => isRatable(given, each))) {
        const line = rateLine({ price: given, usage, share: part, billed, interim });
        billed = addMoney(billed, line.amount);
      }
      if (!isRatable(given, last)) return;
      const final = rateLine({ price: given, usage: last, share: part, billed });
      const once = rateLine({ price: given, usage: last, share: part });
      expect(addMoney(billed, final.amount)).toEqual(once.amount);
      expect(final.explanation.rounded).toEqual(once.amount);
    }),
    { runs: 500 },
  );
});

test('a volume price that falls when usage grows is corrected downwards, to the cent', () => {
  const given = parsePrice({
    kind: 'volume',
    version: 'v1',
    currency: 'USD',
    tiers: [{ up_to: '100', unit_price: '1' }, { unit_price: '0.5' }],
  });
  const quantities = fc.array(fc.bigInt({ min: 0n, max: 300n }), { minLength: 1, maxLength: 6 });
  checkProperty(
    fc.property(quantities, (list) => {
      let billed = money(0n, given.currency);
      for (const quantity of list) {
        const usage = { quantity: rational(quantity) };
        const line = rateLine({ price: given, usage, billed });
        const due = quantity > 100n ? quantity * 50n : quantity * 100n;
        expect(line.amount.minorUnits).toBe(due - billed.minorUnits);
        billed = addMoney(billed, line.amount);
      }
    }),
  );
});

test('an interim line owes no minimum yet, and otherwise what the final one does', () => {
  checkProperty(
    fc.property(price, share, state, (given, part, usage) => {
      if (!isRatable(given, usage)) return;
      const [interim, final] = [true, false].map((flag) =>
        rateLine({ price: given, usage, share: part, interim: flag }),
      );
      if (interim === undefined || final === undefined) return;
      expect(interim.explanation.minimum).toBeUndefined();
      expect(interim.amount.minorUnits).toBeLessThanOrEqual(final.amount.minorUnits);
      const { model } = given;
      const owesPackages = model.kind === 'package' && model.minimumPackages > 0n;
      if (final.explanation.bound !== 'minimum' && !owesPackages) {
        expect(interim.amount).toEqual(final.amount);
      }
    }),
    { runs: 300 },
  );
});

/** Prices per event cannot be rated with a quantity. */
function isRatable({ model }: Price, usage: Usage): boolean {
  return model.kind !== 'percentage' || usage.events !== undefined;
}
