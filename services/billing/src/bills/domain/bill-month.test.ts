import { readFileSync } from 'node:fs';
import { create, toJsonString } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import { CalculateBillResponseSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import {
  currency,
  exactValue,
  minus,
  moneyToDecimal,
  rational,
  sign,
  times,
  toDecimal,
} from '@tollgate/money';
import { parsePrice, recompute, toLineDocument } from '@tollgate/rating';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import type { Plan } from '../../catalogue/domain/plan.ts';
import { samplePlan } from '../../catalogue/testing/sample-plan.ts';
import { toProtoBill } from '../bill-proto.ts';
import { type ThreeTermPlan, threeTermBill } from '../testing/three-term-bill.ts';
import { type Bill, billMonth } from './bill-month.ts';

interface Vector {
  name: string;
  plan: { currency: string; monthly_fee: string; included: string; overage: string };
  usage: string;
  /** Kind, quantity, unit amount, amount. */
  lines: [string, string, string, string][];
  total: string;
}

const vectors: Vector[] = readJson('./bill-month.vectors.json');

/** What was answered for the first two plans before prices were rating's, in full. */
const recorded: { plan: 'free' | 'pro'; usage: string; answer: string }[] =
  readJson('./recorded-bills.json');

const period = {
  number: 1,
  start: Temporal.Instant.from('2026-11-01T00:00:00Z'),
  end: Temporal.Instant.from('2026-12-01T00:00:00Z'),
};

describe('golden vectors', () => {
  test.each(vectors)('$name', ({ plan, usage, lines, total }) => {
    const bill = billMonth(planOf(plan), BigInt(usage));
    expect(shown(bill)).toEqual({ lines, total });
  });
});

describe('the bills of the first two plans', () => {
  const plans = {
    free: samplePlan({ planId: 'free', name: 'Free' }),
    pro: samplePlan({
      planId: 'pro',
      name: 'Pro',
      fee: '29',
      included: 10_000n,
      unitPrice: '0.001',
    }),
  };

  test.each(recorded)('$plan, $usage requests: as it was, byte for byte', (it) => {
    expect(answerOf(plans[it.plan], BigInt(it.usage))).toBe(it.answer);
  });

  test('are to the cent what they were, for any usage', () => {
    const terms = {
      free: { name: 'Free', currency: 'USD', fee: '0', included: 0n, unitPrice: '0' },
      pro: { name: 'Pro', currency: 'USD', fee: '29', included: 10_000n, unitPrice: '0.001' },
    };
    checkProperty(
      fc.property(fc.constantFrom('free', 'pro'), usages(), (plan, usage) => {
        const { lines, total } = toProtoBill(billMonth(plans[plan], usage), {
          plan: plans[plan],
          period,
          usage,
        });
        const before = threeTermBill(terms[plan], usage);
        expect(total).toBe(before.total);
        expect(lines).toMatchObject(before.lines);
        expect(lines).toHaveLength(before.lines.length);
      }),
    );
  });

  /** The answer in JSON, without what was added to it. */
  function answerOf(plan: Plan, usage: bigint): string {
    const bill = toProtoBill(billMonth(plan, usage), { plan, period, usage });
    const message = create(CalculateBillResponseSchema, bill);
    const json = toJsonString(CalculateBillResponseSchema, message, {
      useProtoFieldName: true,
      alwaysEmitImplicit: true,
    });
    const added = new Set(['price_id', 'explanation']);
    return JSON.stringify(JSON.parse(json, (key, value) => (added.has(key) ? undefined : value)));
  }
});

describe('for any plan of three terms and any usage', () => {
  const plans: fc.Arbitrary<ThreeTermPlan> = fc
    .record({
      code: fc.constantFrom('USD', 'JPY', 'KWD'),
      feeMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      included: fc.bigInt({ min: 0n, max: 10n ** 6n }),
      overagePicos: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 13n })),
    })
    .map(({ code, feeMinor, included, overagePicos }) => ({
      name: 'Sample',
      currency: code,
      fee: toDecimal(rational(feeMinor, 10n ** BigInt(currency(code).minorUnitDigits))),
      included,
      unitPrice: toDecimal(rational(overagePicos, 10n ** 12n)),
    }));

  test('the bill is to the cent what Billing’s own arithmetic came to', () => {
    checkProperty(
      fc.property(plans, usages(), (terms, usage) => {
        const plan = samplePlan(terms);
        const bill = toProtoBill(billMonth(plan, usage), { plan, period, usage });
        const before = threeTermBill(terms, usage);
        expect(bill.lines).toMatchObject(before.lines);
        expect(bill).toMatchObject({ total: before.total, currency: terms.currency });
      }),
    );
  });

  test('every request is on exactly one line', () => {
    checkProperty(
      fc.property(plans, usages(), (terms, usage) => {
        const { lines } = billMonth(samplePlan(terms), usage);
        expect(countedOn(lines)).toBe(usage);
        expect(new Set(lines.map(({ kind }) => kind)).size).toBe(lines.length);
      }),
    );
  });

  test('the lines add up to the total, and each is off by at most half a unit', () => {
    checkProperty(
      fc.property(plans, usages(), (terms, usage) => {
        const { lines, total } = billMonth(samplePlan(terms), usage);
        const added = lines.reduce((sum, { amount }) => sum + amount.minorUnits, 0n);
        expect(added).toBe(total.minorUnits);
        const half = rational(1n, 2n * 10n ** BigInt(total.currency.minorUnitDigits));
        for (const { quantity, unitAmount, amount } of lines) {
          const exact = times(rational(quantity), unitAmount ?? exactValue(amount));
          const difference = minus(exactValue(amount), exact);
          expect(sign(minus(half, difference))).not.toBe(-1);
          expect(sign(minus(half, minus(rational(0n), difference)))).not.toBe(-1);
        }
      }),
    );
  });

  test('one more request never makes a bill smaller', () => {
    checkProperty(
      fc.property(plans, usages(), (terms, usage) => {
        const plan = samplePlan(terms);
        const now = billMonth(plan, usage).total.minorUnits;
        expect(billMonth(plan, usage + 1n).total.minorUnits >= now).toBe(true);
      }),
    );
  });
});

describe('prices of other kinds', () => {
  const tiers = [{ up_to: '100', unit_price: '0.10', flat_fee: '1' }, { unit_price: '0.05' }];

  test.each([
    ['graduated', { kind: 'graduated', tiers }, 250n, ['', '250', '18.50']],
    ['volume', { kind: 'volume', tiers }, 250n, ['', '250', '12.50']],
    [
      'package',
      { kind: 'package', package_size: '100', package_price: '3' },
      250n,
      ['', '250', '9.00'],
    ],
    [
      'a minimum, without usage',
      { kind: 'per_unit', unit_price: '1', minimum: '5' },
      0n,
      ['1', '0', '5.00'],
    ],
    ['a maximum', { kind: 'per_unit', unit_price: '1', maximum: '5' }, 9n, ['1', '9', '5.00']],
    [
      'a discount',
      { kind: 'per_unit', unit_price: '1', discount_percent: '25' },
      8n,
      ['1', '8', '6.00'],
    ],
  ])('%s: one line of what rating comes to', (_, terms, usage, [unit, quantity, amount]) => {
    const plan = planWith({ requests: terms });
    const { lines, total } = toProtoBill(billMonth(plan, usage), { plan, period, usage });
    expect(lines).toMatchObject([
      { kind: 'overage', description: 'Requests', unitAmount: unit, amount, priceId: 'requests' },
    ]);
    expect(String(lines?.[0]?.quantity)).toBe(quantity);
    expect(total).toBe(amount);
  });

  test('free units are a line of their own, and the other one explains both', () => {
    const plan = planWith({ requests: { kind: 'graduated', tiers, free_units: '50' } });
    const { lines } = toProtoBill(billMonth(plan, 60n), { plan, period, usage: 60n });
    expect(lines).toMatchObject([
      {
        kind: 'included_usage',
        description: 'Requests, 50 included',
        quantity: 50n,
        amount: '0.00',
      },
      { kind: 'overage', quantity: 10n, amount: '2.00' },
    ]);
    expect(lines?.map(({ explanation }) => explanation?.slice(0, -1))).toEqual([
      [],
      [
        'graduated price sample-1, amounts in USD',
        'usage: 60',
        'free units: 50, left to price: 10',
        '  tier 1: 10 x 0.1 + 1 = 2',
        'priced: 2',
        'rounded once, half away from zero: 2.00',
        'amount: 2.00 USD',
      ],
    ]);
  });

  test('a price that never asks for anything is one included line, whatever its kind', () => {
    const free = [{ up_to: '10', unit_price: '0' }, { flat_fee: '0' }];
    for (const terms of [
      { kind: 'volume', tiers: free },
      { kind: 'graduated', tiers: free },
      { kind: 'package', package_size: '5', package_price: '0' },
      { kind: 'per_unit', unit_price: '7', discount_percent: '100' },
      { kind: 'per_unit', unit_price: '7', maximum: '0' },
    ]) {
      const { lines, total } = billMonth(planWith({ requests: terms }), 25n);
      expect(lines).toMatchObject([{ kind: 'included_usage', quantity: 25n, priceId: 'requests' }]);
      expect(total.minorUnits).toBe(0n);
    }
    const least = { kind: 'per_unit', unit_price: '0', minimum: '1' };
    expect(billMonth(planWith({ requests: least }), 0n).total.minorUnits).toBe(100n);
  });

  test('requests that no price counts are free, and on the bill', () => {
    const plan = planWith({ fee: { kind: 'flat', amount: '9' } });
    const { lines } = toProtoBill(billMonth(plan, 7n), { plan, period, usage: 7n });
    expect(lines).toMatchObject([
      { kind: 'monthly_fee', description: 'Sample, monthly fee', amount: '9.00', priceId: 'fee' },
      { kind: 'included_usage', quantity: 7n, amount: '0.00', priceId: '', explanation: [] },
    ]);
  });

  test('each of several fees is a line that says which one it is', () => {
    const plan = planWith({
      base: { kind: 'flat', amount: '9' },
      support: { kind: 'flat', amount: '1.50' },
    });
    const { lines, total } = billMonth(plan, 0n);
    expect(lines.map(({ description }) => description)).toEqual([
      'Sample, monthly fee: base',
      'Sample, monthly fee: support',
      'Requests',
    ]);
    expect(moneyToDecimal(total)).toBe('10.50');
  });

  test('what a line was rated from comes to the same again', () => {
    const plan = planWith({ requests: { kind: 'volume', tiers } });
    const { lines } = billMonth(plan, 1_234n);
    const rated = lines.flatMap((line) => (line.rated ? [line.rated] : []));
    expect(rated).toHaveLength(1);
    for (const line of rated) {
      expect(recompute(JSON.parse(JSON.stringify(toLineDocument(line)))).amount).toEqual(
        line.amount,
      );
    }
  });
});

test('refuses a count of requests below zero instead of paying for it', () => {
  expect(() => billMonth(samplePlan({ fee: '1', unitPrice: '1' }), -1n)).toThrow(RangeError);
});

function usages(): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.bigInt({ min: 0n, max: 20_000n }),
    fc.bigInt({ min: 0n, max: 2_000_000n }),
    fc.bigInt({ min: 0n, max: 10n ** 12n }),
  );
}

function planOf(terms: Vector['plan']): Plan {
  return samplePlan({
    currency: terms.currency,
    fee: terms.monthly_fee,
    included: BigInt(terms.included),
    unitPrice: terms.overage,
  });
}

/** What a price says beside version and currency. */
type Terms = Readonly<Record<string, unknown>> & { readonly kind: string };

/** A plan with exactly these prices in USD; those that are not flat count requests. */
function planWith(prices: Readonly<Record<string, Terms>>): Plan {
  return {
    ...samplePlan(),
    prices: Object.entries(prices).map(([priceId, terms]) => ({
      priceId,
      ...(terms.kind !== 'flat' && { meter: 'requests' as const }),
      price: parsePrice({ ...terms, version: 'sample-1', currency: 'USD' }),
    })),
  };
}

function countedOn(lines: Bill['lines']): bigint {
  const counted = lines.filter(({ kind }) => kind !== 'monthly_fee');
  return counted.reduce((sum, { quantity }) => sum + quantity, 0n);
}

function shown({ lines, total }: Bill) {
  return {
    lines: lines.map(({ kind, quantity, unitAmount, amount }) => [
      kind,
      String(quantity),
      toDecimal(unitAmount ?? exactValue(amount)),
      moneyToDecimal(amount),
    ]),
    total: moneyToDecimal(total),
  };
}

function readJson(path: string) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
