import { expect, test } from '@jest/globals';
import {
  addMoney,
  compare,
  currency,
  dividedBy,
  exactValue,
  minus,
  money,
  negated,
  ONE,
  type Rational,
  rational,
  roundToMoney,
  sign,
  sum,
  times,
  ZERO,
} from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type ChangeLines, type ChangeMode, prorateChange } from './index.ts';

const usd = currency('USD');
const price = fc
  .bigInt({ min: 0n, max: 10n ** 7n })
  .map((thousandths) => rational(thousandths, 1_000n));

interface Step {
  readonly newPrice: Rational;
  readonly remaining: Rational;
  readonly unused: Rational;
}

/** Changes in the order of time: what is left of the period only shrinks. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      newPrice: price,
      remaining: fc.bigInt({ min: 0n, max: 744n }).map((hours) => rational(hours, 744n)),
      unused: fc.bigInt({ min: 0n, max: 90n }).map((units) => rational(units)),
    }),
    { maxLength: 6 },
  )
  .map((list) => [...list].sort((left, right) => -compare(left.remaining, right.remaining)));

test('by time share a chain of changes costs each price for its share of the period', () => {
  checkProperty(
    fc.property(price, steps, (first, chain) => {
      const lines = linesOf('time_share', first, chain);
      let [total, left, current] = [ZERO, ONE, first];
      for (const { newPrice, remaining } of chain) {
        total = sum([total, times(current, minus(left, remaining))]);
        [left, current] = [remaining, newPrice];
      }
      expectSame([first, ...exactOf(lines)], sum([total, times(current, left)]));
    }),
    { runs: 300 },
  );
});

test('by full difference a chain costs the dearest of its prices, however often it comes', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 6n }).map((units) => rational(units, 100n));
  checkProperty(
    fc.property(cents, fc.array(cents, { maxLength: 6 }), (first, chain) => {
      let [oldPrice, billed, dearest] = [first, roundToMoney(first, usd), first];
      for (const newPrice of [...chain, ...chain]) {
        const given = { currency: usd, oldPrice, newPrice, remaining: ONE, billed };
        const { refund, charge } = prorateChange({ ...given, mode: 'full_difference' });
        expect(refund.amount.minorUnits).toBe(0n);
        billed = addMoney(billed, charge.amount);
        if (compare(newPrice, dearest) > 0) dearest = newPrice;
        expectSame([exactValue(billed)], dearest);
        oldPrice = newPrice;
      }
    }),
    { runs: 300 },
  );
});

test('without proration no chain of changes costs anything before the next period', () => {
  checkProperty(
    fc.property(price, steps, (first, chain) => {
      for (const { refund, charge, net } of linesOf('none', first, chain)) {
        expect([refund, charge].map(({ exact }) => sign(exact))).toEqual([0, 0]);
        expect(net.minorUnits).toBe(0n);
      }
    }),
  );
});

test('credit-aware changes are by time share, but give back no more than the unused credits', () => {
  checkProperty(
    fc.property(price, steps, (first, chain) => {
      const byTime = linesOf('time_share', first, chain);
      linesOf('credit_aware', first, chain).forEach(({ refund, charge }, index) => {
        const step = chain[index];
        const old = index === 0 ? first : chain[index - 1]?.newPrice;
        if (step === undefined || old === undefined) return;
        expect(charge).toEqual(byTime[index]?.charge);
        const unused = dividedBy(step.unused, GRANTED);
        const share = compare(unused, step.remaining) < 0 ? unused : step.remaining;
        expectSame([refund.exact], negated(times(old, share)));
      });
    }),
    { runs: 300 },
  );
});

test('changing to the same price and back costs nothing but what the mode says, in every mode', () => {
  const modes = fc.constantFrom<ChangeMode>('time_share', 'full_difference', 'none');
  checkProperty(
    fc.property(modes, price, steps, (mode, same, chain) => {
      const lines = linesOf(
        mode,
        same,
        chain.map((step) => ({ ...step, newPrice: same })),
      );
      expectSame(exactOf(lines), ZERO);
      for (const { net } of lines) expect(net.minorUnits).toBe(0n);
    }),
  );
});

test('a refund is rounded once and never more than what was billed', () => {
  const billed = fc.bigInt({ min: 0n, max: 10n ** 6n }).map((cents) => money(cents, usd));
  const modes = fc.constantFrom<ChangeMode>('time_share', 'credit_aware');
  checkProperty(
    fc.property(modes, price, steps, billed, (mode, first, chain, most) => {
      for (const { newPrice, remaining, unused } of chain) {
        const credits = { granted: GRANTED, unused };
        const given = { mode, currency: usd, newPrice, remaining, credits };
        const { refund, charge } = prorateChange({ ...given, oldPrice: first, billed: most });
        expect(compare(negated(refund.exact), exactValue(most))).not.toBe(1);
        expect(refund.amount.minorUnits).toBeGreaterThanOrEqual(-most.minorUnits);
        expect(refund.amount).toEqual(roundToMoney(refund.exact, usd));
        expect(charge.amount).toEqual(roundToMoney(charge.exact, usd));
      }
    }),
  );
});

const GRANTED = rational(90n);

/** A chain of changes that were all paid for, so that no refund is cut. */
function linesOf(mode: ChangeMode, first: Rational, chain: readonly Step[]): ChangeLines[] {
  let oldPrice = first;
  return chain.map(({ newPrice, remaining, unused }) => {
    const credits = { granted: GRANTED, unused };
    const billed = money(10n ** 12n, usd);
    const given = { mode, currency: usd, oldPrice, newPrice, remaining, billed, credits };
    oldPrice = newPrice;
    return prorateChange(given);
  });
}

function exactOf(lines: readonly ChangeLines[]): Rational[] {
  return lines.flatMap(({ refund, charge }) => [refund.exact, charge.exact]);
}

function expectSame(parts: readonly Rational[], whole: Rational): void {
  expect(compare(sum(parts), whole)).toBe(0);
}
