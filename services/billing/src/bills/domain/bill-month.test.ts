import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  currency,
  exactValue,
  minus,
  moneyToDecimal,
  parseDecimal,
  parseMoney,
  rational,
  sign,
  times,
  toDecimal,
} from '@tollgate/money';
import * as fc from 'fast-check';
import type { Plan } from '../../catalogue/domain/plan.ts';
import { type Bill, rateBill } from './rate-bill.ts';

interface Vector {
  name: string;
  plan: { currency: string; monthly_fee: string; included: string; overage: string };
  usage: string;
  /** Kind, quantity, unit amount, amount. */
  lines: [string, string, string, string][];
  total: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('./rate-bill.vectors.json', import.meta.url), 'utf8'),
);

describe('golden vectors', () => {
  test.each(vectors)('$name', ({ plan, usage, lines, total }) => {
    const bill = rateBill(planOf(plan), BigInt(usage));
    expect(shown(bill)).toEqual({ lines, total });
  });
});

describe('for any plan and any usage', () => {
  const plans = fc
    .record({
      currency: fc.constantFrom('USD', 'JPY', 'KWD'),
      feeMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      included: fc.bigInt({ min: 0n, max: 10n ** 6n }),
      overagePicos: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 13n })),
    })
    .map(({ currency: code, feeMinor, included, overagePicos }) => ({
      ...planOf({ currency: code, monthly_fee: '0', included: String(included), overage: '0' }),
      monthlyFee: { minorUnits: feeMinor, currency: currency(code) },
      overageUnitAmount: rational(overagePicos, 10n ** 12n),
    }));
  const usages = fc.oneof(
    fc.bigInt({ min: 0n, max: 2_000_000n }),
    fc.bigInt({ min: 0n, max: 10n ** 12n }),
  );

  test('every request is on exactly one line', () => {
    fc.assert(
      fc.property(plans, usages, (plan, usage) => {
        const { lines } = rateBill(plan, usage);
        const counted = lines.filter(({ kind }) => kind !== 'monthly_fee');
        expect(counted.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(usage);
        expect(new Set(lines.map(({ kind }) => kind)).size).toBe(lines.length);
      }),
    );
  });

  test('the lines add up to the total, and each is off by at most half a unit', () => {
    fc.assert(
      fc.property(plans, usages, (plan, usage) => {
        const { lines, total } = rateBill(plan, usage);
        const added = lines.reduce((sum, { amount }) => sum + amount.minorUnits, 0n);
        expect(added).toBe(total.minorUnits);
        const half = rational(1n, 2n * 10n ** BigInt(total.currency.minorUnitDigits));
        for (const { quantity, unitAmount, amount } of lines) {
          const exact = times(rational(quantity), unitAmount);
          const difference = minus(exactValue(amount), exact);
          expect(sign(minus(half, difference))).not.toBe(-1);
          expect(sign(minus(half, minus(rational(0n), difference)))).not.toBe(-1);
        }
      }),
    );
  });

  test('one more request never makes a bill smaller', () => {
    fc.assert(
      fc.property(plans, usages, (plan, usage) => {
        const now = rateBill(plan, usage).total.minorUnits;
        expect(rateBill(plan, usage + 1n).total.minorUnits >= now).toBe(true);
      }),
    );
  });
});

test('refuses a count of requests below zero instead of paying for it', () => {
  const plan = planOf({ currency: 'USD', monthly_fee: '1.00', included: '0', overage: '1' });
  expect(() => rateBill(plan, -1n)).toThrow(RangeError);
});

function planOf(terms: Vector['plan']): Plan {
  return {
    planId: 'sample',
    version: 1,
    name: 'Sample',
    monthlyFee: parseMoney(terms.monthly_fee, currency(terms.currency)),
    includedRequests: BigInt(terms.included),
    overageUnitAmount: parseDecimal(terms.overage),
    limits: [],
    onLimiterUnavailable: 'deny',
  };
}

function shown({ lines, total }: Bill) {
  return {
    lines: lines.map(({ kind, quantity, unitAmount, amount }) => [
      kind,
      String(quantity),
      toDecimal(unitAmount),
      moneyToDecimal(amount),
    ]),
    total: moneyToDecimal(total),
  };
}
