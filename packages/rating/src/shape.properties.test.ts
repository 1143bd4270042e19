import { expect, test } from '@jest/globals';
import {
  compare,
  exactText,
  minus,
  parseDecimal,
  plus,
  type Rational,
  rational,
  times,
  ZERO,
} from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { parsePrice, rateLine, type UnitTierDocument } from './index.ts';

const thousandths = (most: bigint) =>
  fc.bigInt({ min: 0n, max: most }).map((units) => rational(units, 1_000n));
const quantity = fc.oneof(
  thousandths(60_000n),
  fc.bigInt({ min: 0n, max: 60n }).map((n) => rational(n)),
);

interface TierShape {
  readonly unit_price: string;
  readonly flat_fee?: string;
  readonly package_size?: string;
}

/** Bounds that grow by thousandths; the last tier is open. */
function tiersOf(shape: fc.Arbitrary<TierShape>): fc.Arbitrary<UnitTierDocument[]> {
  const size = fc.bigInt({ min: 1n, max: 15_000n });
  return fc.tuple(fc.array(fc.tuple(size, shape), { maxLength: 5 }), shape).map(([list, last]) => {
    let bound = 0n;
    const closed = list.map(([units, tier]) => {
      bound += units;
      return { ...tier, up_to: exactText(rational(bound, 1_000n)) };
    });
    return [...closed, last];
  });
}

const unitPrice = thousandths(9_999n).map(exactText);
const plain = tiersOf(fc.record({ unit_price: unitPrice }));
const withFees = tiersOf(
  fc.record(
    {
      unit_price: unitPrice,
      flat_fee: thousandths(9_999n).map(exactText),
      package_size: fc.bigInt({ min: 1n, max: 7n }).map(String),
    },
    { requiredKeys: ['unit_price'] },
  ),
);

test('graduated prices never fall when usage grows, with fees and packages, too', () => {
  checkProperty(
    fc.property(withFees, quantity, quantity, (tiers, one, other) => {
      const [low, high] = compare(one, other) <= 0 ? [one, other] : [other, one];
      expect(compare(costOf('graduated', tiers, low), costOf('graduated', tiers, high))).not.toBe(
        1,
      );
    }),
    { runs: 500 },
  );
});

test('graduated prices without fees and packages never jump: between two quantities, a tier price', () => {
  checkProperty(
    fc.property(plain, quantity, quantity, (tiers, one, other) => {
      const [low, high] = compare(one, other) <= 0 ? [one, other] : [other, one];
      const prices = tiers.map((tier) => parseDecimal(tier.unit_price ?? '0'));
      const rise = minus(costOf('graduated', tiers, high), costOf('graduated', tiers, low));
      const step = minus(high, low);
      const dearest = prices.reduce((a, b) => (compare(a, b) > 0 ? a : b));
      const cheapest = prices.reduce((a, b) => (compare(a, b) < 0 ? a : b));
      expect(compare(rise, times(step, dearest))).not.toBe(1);
      expect(compare(rise, times(step, cheapest))).not.toBe(-1);
    }),
    { runs: 500 },
  );
});

test('behind each bound a graduated price rises by the next price, and jumps by its fee alone', () => {
  const shape = fc.record(
    { unit_price: unitPrice, flat_fee: thousandths(9_999n).map(exactText) },
    { requiredKeys: ['unit_price'] },
  );
  const little = fc.bigInt({ min: 1n, max: 9n }).map((n) => rational(n, 10n ** 9n));
  checkProperty(
    fc.property(tiersOf(shape), little, (tiers, step) => {
      for (const [index, { up_to: bound }] of tiers.entries()) {
        const next = tiers[index + 1];
        if (bound === undefined || bound === null || next === undefined) continue;
        const at = parseDecimal(bound);
        const rise = minus(
          costOf('graduated', tiers, plus(at, step)),
          costOf('graduated', tiers, at),
        );
        const fee = next.flat_fee === undefined ? ZERO : parseDecimal(next.flat_fee);
        const declared = plus(times(step, parseDecimal(next.unit_price ?? '0')), fee);
        expect(compare(rise, declared)).toBe(0);
      }
    }),
    { runs: 300 },
  );
});

test('volume prices are exactly as declared: all units at the one tier they reach, and its fee', () => {
  checkProperty(
    fc.property(withFees, quantity, (tiers, any) => {
      const bounds = tiers.flatMap(({ up_to: bound }) => (bound ? [parseDecimal(bound)] : []));
      for (const used of [any, ...bounds]) {
        const tier = tiers.find(
          ({ up_to: bound }) => !bound || compare(used, parseDecimal(bound)) <= 0,
        );
        const size = tier?.package_size;
        const sold = size === undefined ? used : packages(used, BigInt(size));
        const declared = plus(
          times(sold, parseDecimal(tier?.unit_price ?? '0')),
          parseDecimal(tier?.flat_fee ?? '0'),
        );
        expect(compare(costOf('volume', tiers, used), declared)).toBe(0);
      }
    }),
    { runs: 500 },
  );
});

test('one tier is the same price, graduated and by volume, and per unit where it has no fee', () => {
  const single = fc.oneof(plain, withFees).map((tiers) => tiers.slice(-1));
  checkProperty(
    fc.property(single, quantity, (tiers, used) => {
      const graduated = costOf('graduated', tiers, used);
      expect(compare(costOf('volume', tiers, used), graduated)).toBe(0);
      const [{ unit_price: each = '0', ...rest } = {}] = tiers;
      if (Object.keys(rest).length > 0) return;
      expect(compare(times(used, parseDecimal(each)), graduated)).toBe(0);
    }),
  );
});

test('a tier cut in two at the same price costs the same, graduated', () => {
  checkProperty(
    fc.property(plain, quantity, fc.nat(4), quantity, (tiers, used, index, length) => {
      const cut = tiers[index];
      if (cut === undefined) return;
      const from = parseDecimal(tiers[index - 1]?.up_to ?? '0');
      const inner = plus(from, length);
      const end =
        cut.up_to === undefined || cut.up_to === null ? undefined : parseDecimal(cut.up_to);
      if (length.numerator === 0n || (end !== undefined && compare(inner, end) >= 0)) return;
      const halves = [{ ...cut, up_to: exactText(inner) }, cut];
      const more = [...tiers.slice(0, index), ...halves, ...tiers.slice(index + 1)];
      expect(compare(costOf('graduated', more, used), costOf('graduated', tiers, used))).toBe(0);
    }),
    { runs: 300 },
  );
});

function costOf(
  kind: 'graduated' | 'volume',
  tiers: readonly UnitTierDocument[],
  used: Rational,
): Rational {
  const price = parsePrice({ kind, version: 'v1', currency: 'USD', tiers });
  return rateLine({ price, usage: { quantity: used } }).explanation.exact;
}

/** By counting: started packages of `size`. */
function packages(used: Rational, size: bigint): Rational {
  let count = 0n;
  while (compare(rational(count * size), used) < 0) count += 1n;
  return rational(count);
}
